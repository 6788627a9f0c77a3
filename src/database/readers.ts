import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../config/database.config';
import { fitting, type PageRows, type PageSelect, type Reader, type Select, type Values } from './reader';
import { SqliteReader } from './sqlite-reader';

/**
 * Opens what reads: on SQLite a few read-only connections beside the writer, so that reads never wait for writes,
 * on PostgreSQL the pool itself.
 * @param mostBytes SQLite reads results larger than this one at a time
 */
export async function openReader(config: DatabaseConfig, writer: DataSource, mostBytes: number): Promise<Reader> {
  const { sqliteFile, readers, timeoutMs } = config;
  if (sqliteFile === undefined) return new PostgresReader(writer);
  return SqliteReader.open({ file: sqliteFile, connections: readers, timeoutMs, mostBytes });
}

class PostgresReader implements Reader {
  constructor(private readonly pool: DataSource) {}

  async query({ sql, columns }: Select, parameters: unknown[]): Promise<Values[]> {
    const rows = await this.pool.query<Record<string, unknown>[]>(sql, parameters);
    return rows.map((row) => columns.map((column) => row[column]));
  }

  async page({ bounded, bytes }: PageSelect, parameters: unknown[], limit: number): Promise<PageRows> {
    return fitting(await this.query(bounded, [...parameters, limit + 1]), limit, bytes);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
