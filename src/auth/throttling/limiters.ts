import { type RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../../common/problems/domain-error';
import type { Limit } from './policies';
import type { RateLimitStore } from './rate-limit.store';

/** One try that was let through and counted. */
export interface Admission {
  /** It turned out to be none that counts. */
  giveBack(): Promise<unknown>;
  /** It turned out well. */
  succeed(): Promise<unknown>;
}

/** Counts tries by key. */
export interface Limiter {
  /**
   * Counts a try before it is looked at, so that those at the same time count too.
   * @throws DomainError `rate_limited`, for which nothing is counted
   */
  admit(key: string): Promise<Admission>;
}

/** So many tries in so much time. */
export class WindowLimiter implements Limiter {
  private readonly window: RateLimiterPostgres;

  constructor(
    private readonly limit: Limit,
    store: RateLimitStore,
  ) {
    this.window = store.counters(limit.name, limit.points, limit.duration);
  }

  async admit(key: string): Promise<Admission> {
    // Read first, so that a flood of refused tries writes nothing.
    const used = await this.window.get(key);
    if (used?.remainingPoints === 0) throw rateLimited(this.limit, used);
    const refusal = await consume(this.window, key);
    const giveBack = () => this.window.reward(key);
    if (!refusal) return { giveBack, succeed: giveBack };
    await giveBack();
    throw rateLimited(this.limit, refusal);
  }
}

/**
 * Failures in a row: a few are free, then the wait for the next try grows, until there were too many and it lasts for
 * the rest of the time. A success forgets them all.
 */
export class StreakLimiter implements Limiter {
  private readonly free: RateLimiterPostgres;
  /** Only one at a time gets past `delay`, so that this count is exact whatever comes at once. */
  private readonly delayed: RateLimiterPostgres;
  private readonly delay: RateLimiterPostgres;

  constructor(
    private readonly limit: Limit,
    private readonly growth: NonNullable<Limit['growingDelay']>,
    store: RateLimitStore,
  ) {
    const { name, points, duration } = limit;
    this.free = store.counters(name, growth.free, duration);
    this.delayed = store.counters(`${name}-delayed`, points - growth.free, duration);
    this.delay = store.counters(`${name}-delay`, 1, growth.longest);
  }

  async admit(key: string): Promise<Admission> {
    const waiting = await this.delay.get(key);
    if (waiting?.remainingPoints === 0) throw rateLimited(this.limit, waiting);
    const succeed = () => Promise.all([this.free, this.delayed, this.delay].map((counters) => counters.delete(key)));
    if (!(await consume(this.free, key))) return { giveBack: () => this.free.reward(key), succeed };
    const refusal = await consume(this.delay, key, this.wait(await this.delayed.get(key)));
    if (refusal) throw rateLimited(this.limit, refusal);
    await this.delayed.penalty(key);
    return { giveBack: () => Promise.all([this.delayed.reward(key), this.delay.delete(key)]), succeed };
  }

  /** Seconds to wait after the next failure. @param before the delayed tries before it */
  private wait(before: RateLimiterRes | null): number {
    const failures = (before?.consumedPoints ?? 0) + 1;
    const isLast = before !== null && failures >= this.delayed.points;
    return isLast ? Math.ceil(before.msBeforeNext / 1000) : Math.min(2 ** failures, this.growth.longest);
  }
}

/** @returns null when the try was within the limit, otherwise what the limit says. @param seconds instead of its own duration */
async function consume(counters: RateLimiterPostgres, key: string, seconds?: number): Promise<RateLimiterRes | null> {
  try {
    await counters.consume(key, 1, seconds === undefined ? {} : { customDuration: seconds });
    return null;
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return refusal;
  }
}

/** Headers as in draft-ietf-httpapi-ratelimit-headers. */
function rateLimited({ name, points, duration }: Limit, { msBeforeNext }: RateLimiterRes): DomainError {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return new DomainError('rate_limited', `Too many tries; try again in ${seconds} seconds.`, {
    headers: {
      'retry-after': String(seconds),
      ratelimit: `"${name}";r=0;t=${seconds}`,
      'ratelimit-policy': `"${name}";q=${points};w=${duration}`,
    },
  });
}
