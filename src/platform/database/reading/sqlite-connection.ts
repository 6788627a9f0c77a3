import sqlite3 from 'sqlite3';

/** Idle copies of each prepared statement per connection; additional ones are finalized after use. */
const MAX_IDLE = 16;

/**
 * A read-only connection that caches its prepared statements: the application has few and runs them constantly. A
 * statement is busy until its rows have been read, so there can be several copies of each.
 */
export class SqliteConnection {
  /** Statements that run or wait on this connection. */
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

  /** Sets one of SQLite's run-time limits for this connection. */
  limit(id: number, value: number): void {
    this.database.configure('limit', id, value);
  }

  /** The single value that the statement selects as `text`. */
  async text(sql: string, parameters: readonly unknown[]): Promise<string> {
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
    if (idle.length < MAX_IDLE) idle.push(statement);
    else statement.finalize();
  }
}
