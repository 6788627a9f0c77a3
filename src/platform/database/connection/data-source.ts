import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { BaseDataSourceOptions } from 'typeorm/data-source/BaseDataSourceOptions';
import { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver';
import { ConcurrencyLimiter } from '../../concurrency/concurrency-limiter';
import type { DatabaseConfig } from '../../config/database.config';
import { isError } from '../../kernel/is-error';
import { makePrivateFile, makePrivateFolder } from '../../kernel/private-files';
import { migrate } from '../migrating/migrate';
import type { Schema } from '../migrating/schema';
import { ReadableNamingStrategy } from '../sql/naming.strategy';
import { PreparingDatabase } from './preparing-database';
import { SerializedQueryRunner, retryWhileBusy } from './serialized-query-runner';

/** TypeORM requests sqlite3's verbose mode, which captures a stack trace for every statement. */
const quietSqlite3 = { Database: PreparingDatabase, verbose: () => quietSqlite3 };

/** Statements that may wait for the single write connection; beyond that 503. */
const WRITER_QUEUE = 10_000;

/** Longest wait inside SQLite for the lock of another process, in milliseconds, before a retry. */
const BUSY_WAIT_MS = 200;

/** An unresponsive database must not block requests forever. */
const QUERY_TIMEOUT_MS = 30_000;

const sharedOptions: Omit<BaseDataSourceOptions, 'type' | 'poolSize'> = {
  migrationsTableName: 'migrations',
  migrationsTransactionMode: 'each',
  namingStrategy: new ReadableNamingStrategy(),
  invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
  logging: false,
};

/** TypeORM's options for the configured database, shared by the server, the commands and the tests. */
export function dataSourceOptions(config: DatabaseConfig, schema: Schema): DataSourceOptions {
  const shared = { ...sharedOptions, ...schema, migrationsRun: config.migrateOnStart };
  if (config.postgresUrl !== undefined) {
    return {
      ...shared,
      type: 'postgres',
      url: config.postgresUrl,
      applicationName: 'latchkey',
      poolSize: config.poolSize,
      connectTimeoutMS: config.timeoutMs,
      parseInt8: true,
      extra: {
        // The server gives up first, so that a refused statement is not executed later and the connection stays usable.
        lock_timeout: config.timeoutMs,
        statement_timeout: QUERY_TIMEOUT_MS,
        query_timeout: QUERY_TIMEOUT_MS + 5000,
      },
    };
  }
  return {
    ...shared,
    type: 'sqlite',
    database: config.sqliteFile ?? '',
    driver: quietSqlite3,
    enableWAL: true,
    busyTimeout: config.timeoutMs,
  };
}

/**
 * Opens the write connection: the pool on PostgreSQL, a single serialized connection on SQLite. Runs pending migrations
 * if `migrationsRun` is set, under a lock that TypeORM's own startup migration lacks.
 */
export async function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  if (options.type === 'sqlite') makePrivateDatabase(options.database);
  const dataSource = new DataSource({ ...options, migrationsRun: false });
  const { driver } = dataSource;
  const maxWaitMs = options.type === 'sqlite' ? (options.busyTimeout ?? 0) : 0;
  if (driver instanceof SqliteDriver) {
    const refusal = 'The database is busy; try again shortly.';
    const limiter = new ConcurrencyLimiter({ places: 1, queue: WRITER_QUEUE, waitMs: maxWaitMs, refusal });
    driver.createQueryRunner = () => new SerializedQueryRunner(driver, limiter, maxWaitMs);
  }
  try {
    // When several processes turn on WAL at once, SQLite refuses all but one without waiting.
    await retryWhileBusy(() => dataSource.initialize(), Date.now() + maxWaitMs);
    if (driver instanceof SqliteDriver) {
      // SerializedQueryRunner retries until its deadline; a thread that waits inside SQLite cannot be interrupted.
      await dataSource.query(`PRAGMA busy_timeout = ${BUSY_WAIT_MS}`);
      // FULL makes a commit wait for the disk, so that an acknowledged write survives a power failure.
      await dataSource.query('PRAGMA synchronous = FULL');
      // Detects a read-only file now rather than at the first request.
      await dataSource.query('PRAGMA user_version = 1');
    }
    if (options.migrationsRun) await migrate(dataSource);
    return dataSource;
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    throw options.type === 'sqlite' ? withFile(error, options.database) : error;
  }
}

/** Creates the SQLite file with access for its owner only. SQLite gives its companion files the same mode. */
function makePrivateDatabase(file: string): void {
  makePrivateFolder(dirname(file));
  try {
    makePrivateFile(file);
    for (const companion of [`${file}-wal`, `${file}-shm`]) if (existsSync(companion)) makePrivateFile(companion);
  } catch (error) {
    // If we may not create or open it, SQLite reports that itself.
    if (!(isError(error) && 'code' in error && ['EACCES', 'EROFS'].includes(String(error.code)))) throw error;
  }
}

/** SQLite's own messages do not say which file they are about. */
function withFile(error: unknown, file: string): Error {
  return new Error(`${file}: ${isError(error) ? error.message : String(error)}`, { cause: error });
}
