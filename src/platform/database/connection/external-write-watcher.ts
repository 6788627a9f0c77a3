import sqlite3 from 'sqlite3';
import type { DataSource } from 'typeorm';
import { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver';

/** How long another process's write to the SQLite file may go unseen, in milliseconds. */
const POLL_MS = 100;

/** After how long a running server has certainly noticed what a command wrote, in milliseconds. */
export const NOTICED_AFTER_MS = 3 * POLL_MS;

/**
 * Notices what other processes, such as commands, write to the SQLite file: `PRAGMA data_version` of a connection changes
 * exactly when another one has committed, and no other of this process writes. It is asked beside the gate, where it
 * would wait behind every write: it neither changes anything nor minds in whose transaction it runs.
 */
export class ExternalWriteWatcher {
  private readonly listeners: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private version: number | undefined;

  constructor(private readonly dataSource: DataSource) {}

  /** Registers what is to be done after another process wrote. */
  listen(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Begins to look; on PostgreSQL, where nothing is remembered, there is nothing to look for. */
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

  /** Ends it, so that the connection can be closed. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.polling;
  }

  private async poll(connection: sqlite3.Database): Promise<void> {
    const version = await dataVersion(connection);
    // Whether a file that can't be asked was changed is not known.
    const isUnchanged = version !== undefined && version === this.version;
    this.version = version;
    if (!isUnchanged) this.listeners.forEach((listener) => listener());
  }
}

/** @returns undefined when the version cannot be read, as when the disk fails; the next statement then meets the error */
const dataVersion = (connection: sqlite3.Database): Promise<number | undefined> =>
  new Promise((resolve) => {
    connection.get<{ data_version: number } | undefined>('PRAGMA data_version', (error, row) => {
      resolve(error ? undefined : row?.data_version);
    });
  });
