import { DomainError } from '../../../platform/problems/domain-error';
import { type Count, Counter } from './counter';
import type { CounterTable } from './counter-table';
import type { Limit } from './limit';

/** One request that was let through and counted. */
export interface Admission {
  /** It turned out to be none that counts. */
  giveBack(): Promise<unknown>;
  /** It turned out well. */
  succeed(): Promise<unknown>;
}

/** Counts requests by key. */
export interface Limiter {
  /** @returns the refusal when the limit is reached, else null; writes nothing */
  refusal(key: string): Promise<DomainError | null>;
  /**
   * Counts a request before it is looked at, so that those at the same time count too.
   * @throws DomainError `rate_limited` when others were counted first; nothing is left behind then
   */
  count(key: string): Promise<Admission>;
}

/** So many requests in so much time. */
export class WindowLimiter implements Limiter {
  private readonly window: Counter;

  constructor(
    private readonly limit: Limit,
    table: CounterTable,
  ) {
    this.window = new Counter(table, limit);
  }

  async refusal(key: string): Promise<DomainError | null> {
    const refusal = await this.window.refusal(key);
    return refusal && rateLimited(this.limit, refusal);
  }

  async count(key: string): Promise<Admission> {
    const refusal = await this.window.count(key);
    if (refusal) throw rateLimited(this.limit, refusal);
    const giveBack = () => this.window.giveBack(key);
    return { giveBack, succeed: giveBack };
  }
}

/**
 * Failures in a row: a few are free, then the wait for the next attempt grows, until there were too many and it lasts for
 * the rest of the time. A success forgets them all.
 */
export class StreakLimiter implements Limiter {
  private readonly free: Counter;
  /** Only one at a time gets past `delay`, so that this count is exact whatever comes at once. */
  private readonly delayed: Counter;
  private readonly delay: Counter;

  constructor(
    private readonly limit: Limit,
    private readonly growth: NonNullable<Limit['growingDelay']>,
    table: CounterTable,
  ) {
    const { name, points, duration } = limit;
    this.free = new Counter(table, { name, points: growth.free, duration });
    this.delayed = new Counter(table, { name: `${name}-delayed`, points: points - growth.free, duration });
    this.delay = new Counter(table, { name: `${name}-delay`, points: 1, duration: growth.longest });
  }

  async refusal(key: string): Promise<DomainError | null> {
    const waiting = await this.delay.refusal(key);
    return waiting && rateLimited(this.limit, waiting);
  }

  async count(key: string): Promise<Admission> {
    const succeed = () => Promise.all([this.free, this.delayed, this.delay].map((counter) => counter.forget(key)));
    const isFree = !(await this.free.refusal(key)) && !(await this.free.count(key));
    if (isFree) return { giveBack: () => this.free.giveBack(key), succeed };
    const refusal = await this.delay.count(key, this.wait(await this.delayed.read(key)));
    if (refusal) throw rateLimited(this.limit, refusal);
    await this.delayed.count(key);
    return { giveBack: () => Promise.all([this.delayed.giveBack(key), this.delay.forget(key)]), succeed };
  }

  /** Seconds to wait after the next failure. @param before the delayed attempts before it */
  private wait(before: Count | null): number {
    const failures = (before?.consumedPoints ?? 0) + 1;
    const isLast = before !== null && failures >= this.delayed.points;
    return isLast ? Math.ceil(before.msBeforeNext / 1000) : Math.min(2 ** failures, this.growth.longest);
  }
}

/** Headers as in draft-ietf-httpapi-ratelimit-headers. */
function rateLimited({ name, points, duration }: Limit, { msBeforeNext }: Count): DomainError {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return new DomainError('rate_limited', `Too many attempts; try again in ${seconds} seconds.`, {
    headers: {
      'retry-after': String(seconds),
      ratelimit: `"${name}";r=0;t=${seconds}`,
      'ratelimit-policy': `"${name}";q=${points};w=${duration}`,
    },
  });
}
