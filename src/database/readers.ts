import sqlite3 from 'sqlite3';
import type { DataSource } from 'typeorm';
import { overloaded } from '../common/problems/domain-error';
import type { DatabaseConfig } from '../config/database.config';

/** A statement that only reads, and the names of its columns. */
export interface Select {
  /** With `$1`, `$2`, ... in order of first appearance. */
  sql: string;
  columns: readonly string[];
}

/** The values of a row, in the order of the columns. */
export type Values = unknown[];

/** Where single statements that only read are run. */
export interface Reader {
  query(select: Select, parameters: unknown[]): Promise<Values[]>;
  close(): Promise<void>;
}

/**
 * Opens what reads: on SQLite a few read-only connections beside the writer, so that reads never wait for writes,
 * on PostgreSQL the pool itself.
 */
export async function openReader(config: DatabaseConfig, writer: DataSource): Promise<Reader> {
  const { sqliteFile } = config;
  if (sqliteFile === undefined) {
    return {
      query: async ({ sql, columns }, parameters) => {
        const rows = await writer.query<Record<string, unknown>[]>(sql, parameters);
        return rows.map((row) => columns.map((column) => row[column]));
      },
      close: () => Promise.resolve(),
    };
  }
  const open = () => SqliteConnection.open(sqliteFile, config.timeoutMs);
  return new SqliteReader(await Promise.all(Array.from({ length: config.readers }, open)));
}

class SqliteReader implements Reader {
  private readonly asJson = new Map<string, string>();

  constructor(private readonly connections: readonly SqliteConnection[]) {}

  async query({ sql, columns }: Select, parameters: unknown[]): Promise<Values[]> {
    const [first, ...others] = this.connections;
    if (!first) throw new TypeError('There is no connection to read from');
    const idlest = others.reduce((best, other) => (other.running < best.running ? other : best), first);
    if (idlest.running >= MOST_WAITING) throw overloaded('Too many reads at once; try again shortly.');
    let wrapped = this.asJson.get(sql);
    if (wrapped === undefined) {
      wrapped = rowsAsJson(sql, columns);
      this.asJson.set(sql, wrapped);
    }
    return JSON.parse(await idlest.text(wrapped, parameters)) as Values[];
  }

  async close(): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.close()));
  }
}

/** Reads that may wait on one connection; the next is refused with 503. */
const MOST_WAITING = 2_500;

/**
 * The rows as one JSON text, made by SQLite on its own thread: taken over value by value they would cost the one thread
 * that serves requests three times as much. An inner LIMIT or ORDER BY keeps its order.
 */
function rowsAsJson(sql: string, columns: readonly string[]): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  return `SELECT json_group_array(json_array(${names})) AS "text" FROM (${sql})`;
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

  /** The one text that the statement selects as `text`. */
  async text(sql: string, parameters: unknown[]): Promise<string> {
    this.running += 1;
    try {
      const statement = this.idle.get(sql)?.pop() ?? (await this.prepare(sql));
      const [row] = await new Promise<{ text: string }[]>((done, failed) => {
        statement.all<{ text: string }>(parameters, (error, rows) => {
          this.keep(sql, statement);
          if (error) failed(error);
          else done(rows);
        });
      });
      return row?.text ?? '[]';
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
