import { type RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { CounterTable } from './counter-table';

/** What is counted, at most how often, and in how many seconds. */
export interface CounterOptions {
  name: string;
  points: number;
  duration: number;
}

/** What a counter has counted of a key. */
export type Count = Pick<RateLimiterRes, 'consumedPoints' | 'msBeforeNext'>;

/** Counts keys up to a limit. What it refuses leaves nothing behind. */
export class Counter {
  readonly points: number;
  private readonly limiter: RateLimiterPostgres;

  constructor(
    private readonly table: CounterTable,
    private readonly options: CounterOptions,
  ) {
    this.points = options.points;
    this.limiter = table.counters(options.name, options.points, options.duration);
  }

  /** @returns null when nothing is counted of the key */
  async read(key: string): Promise<Count | null> {
    const counter = await this.table.read(this.keyOf(key));
    return (
      counter && { consumedPoints: counter.points, msBeforeNext: Math.max(Number(counter.expire) - Date.now(), 0) }
    );
  }

  /** @returns the count when it is used up, else null; writes nothing. That it is not is certain only once `count` says so. */
  async refusal(key: string): Promise<Count | null> {
    const count = await this.read(key);
    return count && count.consumedPoints >= this.points ? count : null;
  }

  /** Counts one more. @param seconds instead of its own duration; @returns the count when that was too many, else null */
  async count(key: string, seconds?: number): Promise<Count | null> {
    try {
      await this.limiter.consume(key, 1, seconds === undefined ? {} : { customDuration: seconds });
      return null;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      // Others came at the same time and were counted first.
      await this.giveBack(key);
      return refusal;
    }
  }

  /** Counts one less. */
  giveBack(key: string): Promise<void> {
    return this.table.giveBack(this.keyOf(key));
  }

  /** Forgets all that was counted of the key. */
  forget(key: string): Promise<boolean> {
    return this.limiter.delete(key);
  }

  /** As the library makes it. */
  private keyOf(key: string): string {
    return `${this.options.name}:${key}`;
  }
}
