import sqlite3 from 'sqlite3';
import type { DataSource } from 'typeorm';
import { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver';

/** How long a write of another process to the SQLite file may go undetected, in milliseconds. */
const POLL_MS = 100;

/** Time after which a running server has certainly detected the writes of a command, in milliseconds. */
export const NOTICED_AFTER_MS = 3 * POLL_MS;

/**
 * Detects writes of other processes, such as commands, to the SQLite file: `PRAGMA data_version` of a connection
 * changes exactly when another connection has committed, and this process has no other that writes. The pragma bypasses
 * the queue of the write connection: it only reads, and may run inside any transaction.
 */
export class ExternalWriteWatcher {
  private readonly listeners: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private version: number | undefined;

  constructor(private readonly dataSource: DataSource) {}

  /** Registers a listener for writes of other processes. */
  listen(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Starts polling; does nothing on PostgreSQL, where nothing is cached. */
  async start(): Promise<void> {
    const { driver } = this.dataSource;
    if (!(driver instanceof SqliteDriver)) return;
    const connection: unknown = driver.databaseConnection;
    if (!(connection instanceof sqlite3.Database)) throw new TypeError('The SQLite file is not open');
    await this.poll(connection);
    this.timer = setInterval(() => {
      this.polling ??= this.poll(connection).finally(() => (this.polling = undefined));
    }, POLL_MS).unref();
  }

  /** Stops polling, so that the connection can be closed. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.polling;
  }

  private async poll(connection: sqlite3.Database): Promise<void> {
    const version = await dataVersion(connection);
    // If the version is unknown, assume a change.
    const isUnchanged = version !== undefined && version === this.version;
    this.version = version;
    if (!isUnchanged) this.listeners.forEach((listener) => listener());
  }
}

/**
 * @returns undefined when the version cannot be read, as when the disk fails; the next statement then reports the error
 */
const dataVersion = (connection: sqlite3.Database): Promise<number | undefined> =>
  new Promise((resolve) => {
    connection.get<{ data_version: number } | undefined>('PRAGMA data_version', (error, row) => {
      resolve(error ? undefined : row?.data_version);
    });
  });
