import type { DataAccess } from '../../../platform/database/data-access';
import type { Statement } from '../../../platform/database/sql/row-mapper';
import { RateLimitCounter } from './rate-limit-counter.entity';

/** The unexpired counters, by key. */
export type Counts = ReadonlyMap<string, RateLimitCounter>;

/** An increment of a counter. */
export interface Increment {
  /** Of the counter. */
  key: string;
  /** Seconds until the counter resets, from its first increment. */
  duration: number;
}

/** What happens to counters, by key. */
export interface Settlement {
  /** Counters to decrement. */
  readonly giveBack: readonly string[];
  /** Counters to delete. */
  readonly forget: readonly string[];
}

/** The table of counters. Each method processes all counters of a request, by one statement where the database can. */
export class CounterTable {
  /** @param data runs the statements: the database, or a transaction */
  constructor(private readonly data: DataAccess) {}

  /** Runs a write statement. */
  query({ text, values }: { text: string; values: unknown[] }): Promise<RateLimitCounter[]> {
    return this.data.query<RateLimitCounter>(text, values);
  }

  /**
   * The counters with these keys, or null if there are none. Reads do not use the write connection, so refused requests
   * neither wait for it nor block it.
   */
  async read(keys: readonly string[]): Promise<Counts | null> {
    if (keys.length === 0) return null;
    const rows = await this.data.select(RateLimitCounter, `"expire" > $1 AND "key" IN (${marks(keys, 2)})`, [
      Date.now(),
      ...keys,
    ]);
    return rows.length === 0 ? null : new Map(rows.map((row) => [row.key, row]));
  }

  /** Increments the counters, without a bound. @returns the updated counters */
  async count(increments: readonly Increment[]): Promise<Counts> {
    if (increments.length === 0) return new Map();
    const { sql, parameters } = counting(increments);
    const counted = await this.query({ text: sql, values: [...parameters] });
    return new Map(counted.map((row) => [row.key, row]));
  }

  /**
   * Increments a counter unless it would exceed its limit.
   * @returns the counter when the limit is exceeded, without the increment; otherwise null
   */
  async countWithin(increment: Increment, points: number): Promise<RateLimitCounter | null> {
    const row = (await this.count([increment])).get(increment.key);
    if (!row || row.points <= points) return null;
    // Concurrent requests were counted first.
    await this.settle({ giveBack: [row.key], forget: [] });
    return row;
  }

  /** Decrements counters, and deletes those that reach zero. */
  async settle({ giveBack, forget }: Settlement): Promise<void> {
    if (this.data.isPostgres) return this.settleOnPostgres({ giveBack, forget });
    if (giveBack.length > 0) {
      const text = `UPDATE "rate_limits" SET "points" = "points" - 1 WHERE "key" IN (${marks(giveBack)})`;
      await this.query({ text, values: [...giveBack] });
    }
    const values = [...forget, ...giveBack];
    if (values.length === 0) return;
    const ends = `"key" IN (${marks(forget)}) OR "points" <= 0`;
    await this.query({ text: `DELETE FROM "rate_limits" WHERE "key" IN (${marks(values)}) AND (${ends})`, values });
  }

  /**
   * One statement that locks the rows in the same bytewise order as `counting`, which prevents deadlocks, and then uses
   * their current values.
   */
  private async settleOnPostgres({ giveBack, forget }: Settlement): Promise<void> {
    const values = [forget, [...forget, ...giveBack]];
    if (forget.length + giveBack.length === 0) return;
    const text = `WITH "locked" AS (
        SELECT "key", "points" <= 1 OR "key" = ANY($1) AS "ends" FROM "rate_limits"
        WHERE "key" = ANY($2) ORDER BY "key" COLLATE "C" FOR UPDATE
      ), "ended" AS (
        DELETE FROM "rate_limits" USING "locked" WHERE "rate_limits"."key" = "locked"."key" AND "locked"."ends"
      )
      UPDATE "rate_limits" SET "points" = "rate_limits"."points" - 1
      FROM "locked" WHERE "rate_limits"."key" = "locked"."key" AND NOT "locked"."ends"`;
    await this.query({ text, values });
  }
}

/** The statement that increments counters and returns the updated rows. */
export function counting(increments: readonly Increment[]): Statement {
  const now = Date.now();
  // Sorted by key to prevent deadlocks.
  const sorted = [...increments].sort((a, b) => (a.key < b.key ? -1 : 1));
  const rows = sorted.map((_, index) => `($${2 * index + 2}, 1, $${2 * index + 3})`);
  const sql = `INSERT INTO "rate_limits" ("key", "points", "expire") VALUES ${rows.join(', ')}
    ON CONFLICT ("key") DO UPDATE SET
      "points" = CASE WHEN "rate_limits"."expire" <= $1 THEN 1 ELSE "rate_limits"."points" + 1 END,
      "expire" = CASE WHEN "rate_limits"."expire" <= $1 THEN excluded."expire" ELSE "rate_limits"."expire" END
    RETURNING "key", "points", "expire"`;
  return { sql, parameters: [now, ...sorted.flatMap(({ key, duration }) => [key, now + duration * 1000])] };
}

/** Placeholders for these values. @param first number of the first one */
const marks = (values: readonly unknown[], first = 1): string =>
  values.map((_, index) => `$${first + index}`).join(', ');
