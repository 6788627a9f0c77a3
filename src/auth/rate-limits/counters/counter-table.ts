import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { DataAccess } from '../../../platform/database/data-access';
import { RateLimitCounter } from './rate-limit-counter.entity';

/** The table of counters. The library's SQL for PostgreSQL is SQL that SQLite takes too. */
export class CounterTable {
  /** @param data runs the statements: the database, or a transaction */
  constructor(private readonly data: DataAccess) {}

  /** A counter for each key. @param duration seconds until it starts again */
  counters(name: string, points: number, duration: number): RateLimiterPostgres {
    return new RateLimiterPostgres({
      keyPrefix: name,
      points,
      duration,
      storeClient: this,
      storeType: 'client',
      tableName: 'rate_limits',
      tableCreated: true,
      clearExpiredByTimeout: false,
    });
  }

  /** What the library asks of a client of PostgreSQL. */
  async query({ text, values }: { text: string; values: unknown[] }): Promise<{ rows: unknown[]; rowCount: number }> {
    const rows = await this.data.query(text, values);
    return { rows, rowCount: rows.length };
  }

  /**
   * The counter unless it expired, or null. The database reads beside its writer, so that what is refused never waits for
   * it nor keeps it from others. @param key with the counter's name in front
   */
  read(key: string): Promise<RateLimitCounter | null> {
    return this.data.selectOne(RateLimitCounter, '"key" = $1 AND "expire" > $2', [key, Date.now()]);
  }

  /** Counts one less, and keeps no row of what was given back entirely. @param key with the counter's name in front */
  async giveBack(key: string): Promise<void> {
    await this.query({ text: `UPDATE "rate_limits" SET "points" = "points" - 1 WHERE "key" = $1`, values: [key] });
    await this.query({ text: `DELETE FROM "rate_limits" WHERE "key" = $1 AND "points" <= 0`, values: [key] });
  }
}
