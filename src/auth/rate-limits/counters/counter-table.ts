import type { DataAccess } from '../../../platform/database/data-access';
import type { Statement } from '../../../platform/database/sql/row-mapper';
import { RateLimitCounter } from './rate-limit-counter.entity';

/** What is counted, by the key of the row; what expired is not in it. */
export type Counts = ReadonlyMap<string, RateLimitCounter>;

/** One more for a row. */
export interface Increment {
  /** Of the row. */
  key: string;
  /** Seconds until the row starts again, counted from its first. */
  duration: number;
}

/** What becomes of counted rows, by their keys. */
export interface Settlement {
  /** Rows that count one less. */
  readonly giveBack: readonly string[];
  /** Rows that are deleted. */
  readonly forget: readonly string[];
}

/** The table of counters. Each method takes all rows of a request at once, by one statement where the database can. */
export class CounterTable {
  /** @param data runs the statements: the database, or a transaction */
  constructor(private readonly data: DataAccess) {}

  /** Runs a statement that writes. */
  query({ text, values }: { text: string; values: unknown[] }): Promise<RateLimitCounter[]> {
    return this.data.query<RateLimitCounter>(text, values);
  }

  /**
   * What is counted in these rows, or null for nothing. The database reads beside its writer, so that what is refused
   * never waits for it nor keeps it from others.
   */
  async read(keys: readonly string[]): Promise<Counts | null> {
    if (keys.length === 0) return null;
    const rows = await this.data.select(RateLimitCounter, `"expire" > $1 AND "key" IN (${marks(keys, 2)})`, [
      Date.now(),
      ...keys,
    ]);
    return rows.length === 0 ? null : new Map(rows.map((row) => [row.key, row]));
  }

  /** Counts one more in each row, whatever that comes to. @returns the rows as they are then */
  async count(increments: readonly Increment[]): Promise<Counts> {
    if (increments.length === 0) return new Map();
    const { sql, parameters } = counting(increments);
    const counted = await this.query({ text: sql, values: [...parameters] });
    return new Map(counted.map((row) => [row.key, row]));
  }

  /**
   * Counts one more in one row unless that were too many.
   * @returns the row as it was refused, of which nothing is left behind, else null
   */
  async countWithin(increment: Increment, points: number): Promise<RateLimitCounter | null> {
    const row = (await this.count([increment])).get(increment.key);
    if (!row || row.points <= points) return null;
    // Others came at the same time and were counted first.
    await this.settle({ giveBack: [row.key], forget: [] });
    return row;
  }

  /** Counts less, and keeps no row of what was given back entirely. */
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
   * By one statement, which locks the rows in the order of `counting`, byte by byte, so that no two requests wait for each
   * other in a circle, and judges them as they are then.
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

/** The statement that counts one more in each row, and returns the rows as they are then. */
export function counting(increments: readonly Increment[]): Statement {
  const now = Date.now();
  // In the order of the keys, so that no two requests wait for each other in a circle.
  const sorted = [...increments].sort((a, b) => (a.key < b.key ? -1 : 1));
  const rows = sorted.map((_, index) => `($${2 * index + 2}, 1, $${2 * index + 3})`);
  const sql = `INSERT INTO "rate_limits" ("key", "points", "expire") VALUES ${rows.join(', ')}
    ON CONFLICT ("key") DO UPDATE SET
      "points" = CASE WHEN "rate_limits"."expire" <= $1 THEN 1 ELSE "rate_limits"."points" + 1 END,
      "expire" = CASE WHEN "rate_limits"."expire" <= $1 THEN excluded."expire" ELSE "rate_limits"."expire" END
    RETURNING "key", "points", "expire"`;
  return { sql, parameters: [now, ...sorted.flatMap(({ key, duration }) => [key, now + duration * 1000])] };
}

/** Parameters for these values. @param first number of the first */
const marks = (values: readonly unknown[], first = 1): string =>
  values.map((_, index) => `$${first + index}`).join(', ');
