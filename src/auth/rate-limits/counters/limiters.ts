import { DomainError } from '../../../platform/problems/domain-error';
import type { CounterTable, Counts, Increment, Settlement } from './counter-table';
import type { Limit } from './limit';
import type { RateLimitCounter } from './rate-limit-counter.entity';

/** An admitted request, and the settlements of its counts. */
export interface Admission {
  /** For a response that does not count. */
  readonly giveBack: Settlement;
  /** For a successful response. */
  readonly succeed: Settlement;
}

/** Counts requests by key. The first check uses counters that were read at once for all limits of a request. */
export interface Limiter {
  /** The keys of its counters. */
  rows(key: string): readonly string[];
  /** @returns the refusal if the limit is reached, otherwise null. Only `admit` decides for certain that it is not. */
  refusal(key: string, read: Counts): DomainError | null;
  /** The increment that counts a request before it is processed, so that concurrent requests count too. */
  first(key: string, read: Counts): Increment;
  /**
   * Decides by the result of `first`.
   * @throws DomainError `rate_limited` when concurrent requests were counted first; then the request is not counted
   */
  admit(key: string, counted: Counts): Promise<Admission>;
}

const givenBack = (...giveBack: string[]): Settlement => ({ giveBack, forget: [] });

/** A fixed window: a number of requests in a period. */
export class WindowLimiter implements Limiter {
  constructor(
    private readonly limit: Limit,
    private readonly table: CounterTable,
  ) {}

  rows(key: string): readonly string[] {
    return [this.row(key)];
  }

  refusal(key: string, read: Counts): DomainError | null {
    const count = read.get(this.row(key));
    return count && count.points >= this.limit.points ? rateLimited(this.limit, count) : null;
  }

  first(key: string): Increment {
    return { key: this.row(key), duration: this.limit.duration };
  }

  async admit(key: string, counted: Counts): Promise<Admission> {
    const giveBack = givenBack(this.row(key));
    const count = counted.get(this.row(key));
    if (!count || count.points <= this.limit.points) return { giveBack, succeed: giveBack };
    await this.table.settle(giveBack);
    throw rateLimited(this.limit, count);
  }

  private row(key: string): string {
    return `${this.limit.name}:${key}`;
  }
}

/**
 * Consecutive failures: a few are free, then the delay before the next attempt grows; at the limit, it lasts for the
 * rest of the period. A success resets all of it.
 */
export class StreakLimiter implements Limiter {
  constructor(
    private readonly limit: Limit,
    private readonly growth: NonNullable<Limit['growingDelay']>,
    private readonly table: CounterTable,
  ) {}

  rows(key: string): readonly string[] {
    return [this.free(key), this.delayed(key), this.delay(key)];
  }

  refusal(key: string, read: Counts): DomainError | null {
    const waiting = read.get(this.delay(key));
    return waiting ? rateLimited(this.limit, waiting) : null;
  }

  first(key: string, read: Counts): Increment {
    const used = read.get(this.free(key))?.points ?? 0;
    if (used < this.growth.free) return { key: this.free(key), duration: this.limit.duration };
    return { key: this.delay(key), duration: this.wait(read.get(this.delayed(key))) };
  }

  async admit(key: string, counted: Counts): Promise<Admission> {
    const delay = counted.get(this.delay(key));
    if (delay && delay.points > 1) {
      await this.table.settle(givenBack(delay.key));
      throw rateLimited(this.limit, delay);
    }
    if (delay) return this.admitDelayed(key);
    const giveBack = givenBack(this.free(key));
    const used = counted.get(this.free(key))?.points ?? 0;
    if (used <= this.growth.free) return { giveBack, succeed: this.forgotten(key) };
    await this.table.settle(giveBack);
    return this.admitLate(key);
  }

  /** Concurrent requests used up the free failures. */
  private async admitLate(key: string): Promise<Admission> {
    const before = await this.table.read([this.delayed(key)]);
    const duration = this.wait(before?.get(this.delayed(key)));
    const refusal = await this.table.countWithin({ key: this.delay(key), duration }, 1);
    if (refusal) throw rateLimited(this.limit, refusal);
    return this.admitDelayed(key);
  }

  /** Only one request at a time gets past the delay, so this count is exact under concurrency. */
  private async admitDelayed(key: string): Promise<Admission> {
    const delayed = this.delayed(key);
    const refusal = await this.table.countWithin({ key: delayed, duration: this.limit.duration }, this.maxDelayed);
    // The delay stays, so that the next ones are refused by what is read alone.
    if (refusal) throw rateLimited(this.limit, refusal);
    return { giveBack: { giveBack: [delayed], forget: [this.delay(key)] }, succeed: this.forgotten(key) };
  }

  private forgotten(key: string): Settlement {
    return { giveBack: [], forget: this.rows(key) };
  }

  /** Delay in seconds after the next failure. @param before the previous delayed attempts */
  private wait(before: RateLimitCounter | undefined): number {
    const failures = (before?.points ?? 0) + 1;
    const isLast = before !== undefined && failures >= this.maxDelayed;
    return isLast ? Math.ceil(msUntilExpiry(before) / 1000) : Math.min(2 ** failures, this.growth.longest);
  }

  private get maxDelayed(): number {
    return this.limit.points - this.growth.free;
  }

  private free(key: string): string {
    return `${this.limit.name}:${key}`;
  }

  private delayed(key: string): string {
    return `${this.limit.name}-delayed:${key}`;
  }

  private delay(key: string): string {
    return `${this.limit.name}-delay:${key}`;
  }
}

const msUntilExpiry = ({ expire }: RateLimitCounter): number => Math.max(Number(expire) - Date.now(), 0);

/** Headers per draft-ietf-httpapi-ratelimit-headers. */
function rateLimited({ name, points, duration }: Limit, count: RateLimitCounter): DomainError {
  const seconds = Math.max(1, Math.ceil(msUntilExpiry(count) / 1000));
  return new DomainError('rate_limited', `Too many attempts; try again in ${seconds} seconds.`, {
    headers: {
      'retry-after': String(seconds),
      ratelimit: `"${name}";r=0;t=${seconds}`,
      'ratelimit-policy': `"${name}";q=${points};w=${duration}`,
    },
  });
}
