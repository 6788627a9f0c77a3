import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { ConcurrencyLimiter } from '../../concurrency/concurrency-limiter';
import type { DatabaseConfig } from '../../config/database.config';
import { fitting, type PageRows, type PageSelect, pauseAfter, type Reader, type Select, type Values } from './reader';
import { SqliteReader } from './sqlite-reader';

/**
 * Opens the reader: on SQLite a few read-only connections, so that reads never wait for writes; on PostgreSQL the pool
 * itself.
 * @param maxBytes on SQLite, results larger than this are read one at a time
 */
export async function openReader(config: DatabaseConfig, writer: DataSource, maxBytes: number): Promise<Reader> {
  const { sqliteFile, readers, timeoutMs } = config;
  if (sqliteFile === undefined) return new PostgresReader(writer, config);
  return SqliteReader.open({ file: sqliteFile, connections: readers, timeoutMs, maxBytes });
}

/** Lists that may wait; beyond that 503. */
const MAX_WAITING = 2_500;

/** Lists get half of the pool, which accounts share round-robin; the other half stays free for single rows. */
class PostgresReader implements Reader {
  private readonly places: number;
  private readonly lists: ConcurrencyLimiter;

  constructor(
    private readonly pool: DataSource,
    { poolSize, timeoutMs }: DatabaseConfig,
  ) {
    this.places = Math.ceil(poolSize / 2);
    const refusal = 'Too many lists at once; try again shortly.';
    this.lists = new ConcurrencyLimiter({ places: this.places, queue: MAX_WAITING, waitMs: timeoutMs, refusal });
  }

  async query({ sql, columns }: Select, parameters: readonly unknown[]): Promise<Values[]> {
    const rows = await this.pool.query<Record<string, unknown>[]>(sql, [...parameters]);
    return rows.map((row) => columns.map((column) => row[column]));
  }

  page(
    { bounded, bytes }: PageSelect,
    parameters: readonly unknown[],
    limit: number,
    owner: string,
  ): Promise<PageRows> {
    return this.lists.run(async () => {
      const begun = performance.now();
      const page = fitting(await this.query(bounded, [...parameters, limit + 1]), limit, bytes);
      if (page.bytes > bytes / 2) await sleep(pauseAfter(begun, this.places));
      return page;
    }, owner);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
