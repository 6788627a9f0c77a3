import sqlite3 from 'sqlite3';

/** Values of parameters and columns. */
export type Value = string | number | null;
/** A row as returned by sqlite3. */
export type Row = Record<string, Value>;

/** A prepared statement, as a promise. */
export interface Prepared {
  all(parameters: readonly Value[]): Promise<Row[]>;
}

/** A bare sqlite3 connection with promises instead of callbacks. */
export class Connection {
  private constructor(private readonly database: sqlite3.Database) {}

  /** Opens an existing file. */
  static open(file: string, mode: 'read' | 'write'): Promise<Connection> {
    const flags = mode === 'read' ? sqlite3.OPEN_READONLY : sqlite3.OPEN_READWRITE;
    return new Promise((opened, failed) => {
      const database = new sqlite3.Database(file, flags, (error) =>
        error ? failed(error) : opened(new Connection(database)),
      );
    });
  }

  /** Runs statements without parameters. */
  exec(statements: string): Promise<void> {
    return new Promise((done, failed) => {
      this.database.exec(statements, (error) => (error ? failed(error) : done()));
    });
  }

  /** Runs one statement once. */
  all(statement: string, parameters: readonly Value[] = []): Promise<Row[]> {
    return new Promise((done, failed) => {
      this.database.all<Row>(statement, parameters, (error, rows) => (error ? failed(error) : done(rows)));
    });
  }

  /** Prepares a statement that is run often. */
  prepare(statement: string): Promise<Prepared> {
    return new Promise((prepared, failed) => {
      const handle = this.database.prepare(statement, (error) => (error ? failed(error) : prepared({ all })));
      const all: Prepared['all'] = (parameters) =>
        new Promise((done, refused) => {
          handle.all<Row>(parameters, (error, rows) => (error ? refused(error) : done(rows)));
        });
    });
  }

  close(): Promise<void> {
    return new Promise((closed, failed) => {
      this.database.close((error) => (error ? failed(error) : closed()));
    });
  }
}
