import sqlite3 from 'sqlite3';
import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../config/database.config';

/** A row as the driver gives it. */
export type Row = Record<string, unknown>;

/** Where single statements that only read are run. */
export interface Reader {
  /** @param sql with `$1`, `$2`, ... in order of first appearance */
  query(sql: string, parameters: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/**
 * Opens what reads: on SQLite a few read-only connections beside the writer, so that reads never wait for writes,
 * on PostgreSQL the pool itself.
 */
export async function openReader(config: DatabaseConfig, writer: DataSource): Promise<Reader> {
  const { sqliteFile } = config;
  if (sqliteFile === undefined) {
    return { query: (sql, parameters) => writer.query<Row[]>(sql, parameters), close: () => Promise.resolve() };
  }
  const open = () => SqliteConnection.open(sqliteFile, config.timeoutMs);
  return new SqliteReader(await Promise.all(Array.from({ length: config.readers }, open)));
}

class SqliteReader implements Reader {
  constructor(private readonly connections: readonly SqliteConnection[]) {}

  query(sql: string, parameters: unknown[]): Promise<Row[]> {
    const [first, ...others] = this.connections;
    if (!first) throw new TypeError('There is no connection to read from');
    const idlest = others.reduce((best, other) => (other.running < best.running ? other : best), first);
    return idlest.query(sql, parameters);
  }

  async close(): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.close()));
  }
}

/** Idle statements kept of each kind on each connection; what is prepared beyond that is given up after its use. */
const MOST_IDLE = 16;

/**
 * One read-only connection that keeps its prepared statements: the program has few, and runs them all the time. A
 * statement is busy until its rows have been taken over, so there are several of a kind.
 */
class SqliteConnection {
  /** Statements that run or wait here. */
  running = 0;
  private readonly idle = new Map<string, sqlite3.Statement[]>();

  private constructor(private readonly database: sqlite3.Database) {}

  static async open(file: string, busyTimeoutMs: number): Promise<SqliteConnection> {
    const database = await new Promise<sqlite3.Database>((opened, failed) => {
      const connection = new sqlite3.Database(file, sqlite3.OPEN_READONLY, (error) =>
        error ? failed(error) : opened(connection),
      );
    });
    database.configure('busyTimeout', busyTimeoutMs);
    return new SqliteConnection(database);
  }

  async query(sql: string, parameters: unknown[]): Promise<Row[]> {
    this.running += 1;
    try {
      const statement = this.idle.get(sql)?.pop() ?? (await this.prepare(sql));
      const rows = await new Promise<Row[]>((done, failed) => {
        statement.all<Row>(parameters, (error, found) => {
          this.keep(sql, statement);
          if (error) failed(error);
          else done(found);
        });
      });
      return rows;
    } finally {
      this.running -= 1;
    }
  }

  async close(): Promise<void> {
    for (const statement of [...this.idle.values()].flat()) statement.finalize();
    await new Promise<void>((closed, failed) => this.database.close((error) => (error ? failed(error) : closed())));
  }

  private prepare(sql: string): Promise<sqlite3.Statement> {
    return new Promise((done, failed) => {
      const statement = this.database.prepare(sql, (error: Error | null) => (error ? failed(error) : done(statement)));
    });
  }

  private keep(sql: string, statement: sqlite3.Statement): void {
    const idle = this.idle.get(sql) ?? [];
    this.idle.set(sql, idle);
    if (idle.length < MOST_IDLE) idle.push(statement);
    else statement.finalize();
  }
}
