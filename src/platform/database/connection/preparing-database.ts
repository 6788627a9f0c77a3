import { LRUCache } from 'lru-cache';
import sqlite3 from 'sqlite3';

/** Prepared statements that are kept; the application has fewer that it runs often. */
const MAX_PREPARED = 256;

/** Longest SQL text that is kept prepared, in characters: longer ones insert many rows, and seldom come twice. */
const MAX_LENGTH = 4_096;

/** Statements that return no rows. */
const WRITES = /^(INSERT|UPDATE|DELETE) (?!.*\bRETURNING\b)/is;

/**
 * A connection that keeps its statements prepared. sqlite3 itself prepares each statement again for every run, which is a
 * second task for the thread pool, so that a transaction took almost twice as long.
 */
export class PreparingDatabase extends sqlite3.Database {
  private readonly prepared = new LRUCache<string, sqlite3.Statement>({
    max: MAX_PREPARED,
    // Runs after what the statement is still to do.
    dispose: (statement) => statement.finalize(),
  });

  /**
   * Runs a statement to its first row, if it has any.
   * @param given its parameters as an array, and the callback; each may be left out
   */
  override run(sql: string, ...given: unknown[]): this {
    // Others, such as pragmas, stop at a row: kept, they would stay in progress, and no transaction could be committed.
    if (sql.length > MAX_LENGTH || !WRITES.test(sql)) return super.run(sql, ...given);
    const statement = this.statement(sql, given);
    statement.run(...resetAfterError(statement, given));
    return this;
  }

  /** Reads all rows of a statement. @param given as for `run` */
  override all(sql: string, ...given: unknown[]): this {
    if (sql.length > MAX_LENGTH) return super.all(sql, ...given);
    const statement = this.statement(sql, given);
    statement.all(...resetAfterError(statement, given));
    return this;
  }

  override close(closed?: (error: Error | null) => void): void {
    this.prepared.clear();
    super.close(closed);
  }

  /** The statement of this text. When it cannot be prepared, it never runs, and the callback gets the error. */
  private statement(sql: string, given: readonly unknown[]): sqlite3.Statement {
    const known = this.prepared.get(sql);
    if (known) return known;
    const statement = this.prepare(sql, (error) => {
      const callback = given.at(-1);
      if (error === null) this.prepared.set(sql, statement);
      else if (typeof callback === 'function') Reflect.apply(callback, statement, [error]);
    });
    return statement;
  }
}

/**
 * The arguments of a run, with a callback that resets the statement after an error: one that another process's lock
 * stopped stays in progress, and until it runs again, SQLite refuses to commit any transaction of the connection.
 */
function resetAfterError(statement: sqlite3.Statement, given: readonly unknown[]): unknown[] {
  const callback = given.at(-1);
  if (typeof callback !== 'function') return [...given];
  const afterwards = function (this: unknown, error: Error | null, ...results: unknown[]): void {
    const finish = () => void Reflect.apply(callback, this, [error, ...results]);
    if (error) statement.reset(finish);
    else finish();
  };
  return [...given.slice(0, -1), afterwards];
}
