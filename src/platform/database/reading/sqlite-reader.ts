import { setTimeout as sleep } from 'node:timers/promises';
import sqlite3 from 'sqlite3';
import { ConcurrencyLimiter } from '../../concurrency/concurrency-limiter';
import { overloaded } from '../../problems/domain-error';
import { isTooBig } from '../sql/database-errors';
import { toSqliteParameters } from '../sql/numbered-parameters';
import { fitting, type PageRows, type PageSelect, pauseAfter, type Reader, type Select, type Values } from './reader';
import { SqliteConnection } from './sqlite-connection';

/** Options for reading an SQLite file. */
export interface SqliteReading {
  file: string;
  /** Connections for small reads, which are nearly all. */
  connections: number;
  /** Longest wait for a lock, or for a large read before this one, in milliseconds. */
  timeoutMs: number;
  /** Results with more bytes than this are large. */
  maxBytes: number;
}

/** Reads that may wait on one connection; beyond that 503. */
const MAX_WAITING = 2_500;

/**
 * Reads on a few connections that refuse results of more than `maxBytes`: small reads pay nothing for that bound.
 * Refused reads are repeated on a separate connection, one at a time and round-robin by owner, so that large results
 * neither pile up in memory nor occupy the shared threads.
 */
export class SqliteReader implements Reader {
  private readonly asJson = new Map<string, string>();
  private readonly largeReads: ConcurrencyLimiter;

  private constructor(
    private readonly connections: readonly SqliteConnection[],
    private readonly large: SqliteConnection,
    waitMs: number,
  ) {
    const refusal = 'Too many large reads at once; try again shortly.';
    this.largeReads = new ConcurrencyLimiter({ places: 1, queue: MAX_WAITING, waitMs, refusal });
  }

  static async open({ file, connections, timeoutMs, maxBytes }: SqliteReading): Promise<SqliteReader> {
    const open = () => SqliteConnection.open(file, timeoutMs);
    const [large, ...others] = await Promise.all(Array.from({ length: connections + 1 }, open));
    if (!large) throw new TypeError('There is no connection to read from');
    for (const connection of others) connection.limit(sqlite3.LIMIT_LENGTH, maxBytes);
    return new SqliteReader(others, large, timeoutMs);
  }

  async query(select: Select, parameters: readonly unknown[]): Promise<Values[]> {
    // The row is the owner: repeated requests for the same row wait for each other.
    return (await this.small(select, parameters)) ?? this.whole(select, parameters, String(parameters[0]));
  }

  async page(select: PageSelect, parameters: readonly unknown[], limit: number, owner: string): Promise<PageRows> {
    // One extra row tells whether there is a next page.
    const given = [...parameters, limit + 1];
    const rows = await this.small(select, given);
    if (rows) return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
    return fitting(await this.whole(select.bounded, given, owner), limit, select.bytes);
  }

  async close(): Promise<void> {
    await Promise.all([this.large, ...this.connections].map((connection) => connection.close()));
  }

  /** The rows, or null when they are large. */
  private async small(select: Select, parameters: readonly unknown[]): Promise<Values[] | null> {
    const [first, ...others] = this.connections;
    if (!first) throw new TypeError('There is no connection to read from');
    const idlest = others.reduce((best, other) => (other.running < best.running ? other : best), first);
    if (idlest.running >= MAX_WAITING) throw overloaded('Too many reads at once; try again shortly.');
    try {
      return JSON.parse(await idlest.text(this.jsonOf(select), parameters)) as Values[];
    } catch (error) {
      if (isTooBig(error)) return null;
      throw error;
    }
  }

  private async whole(select: Select, parameters: readonly unknown[], owner: string): Promise<Values[]> {
    return this.largeReads.run(async () => {
      const begun = performance.now();
      const text = await this.large.text(this.jsonOf(select), parameters);
      await sleep(pauseAfter(begun, 1));
      return JSON.parse(text) as Values[];
    }, owner);
  }

  private jsonOf({ sql, columns }: Select): string {
    let wrapped = this.asJson.get(sql);
    if (wrapped === undefined) {
      wrapped = rowsAsJson(sql, columns);
      this.asJson.set(sql, wrapped);
    }
    return wrapped;
  }
}

/**
 * The rows as one JSON text, built by SQLite on its own thread: converting value by value would cost the event loop
 * three times as much. The order of an inner LIMIT or ORDER BY is preserved.
 */
function rowsAsJson(sql: string, columns: readonly string[]): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  return `SELECT json_group_array(json_array(${names})) AS "text" FROM (${toSqliteParameters(sql)})`;
}
