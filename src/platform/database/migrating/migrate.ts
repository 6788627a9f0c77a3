import sqlite3 from 'sqlite3';
import { DataSource } from 'typeorm';
import { makePrivateFile } from '../../kernel/private-files';
import { dropCounters, syncCounters } from '../usage/usage-counters';

/** An arbitrary number that no other program uses as an advisory lock in the same database. */
const ADVISORY_LOCK = 7_221_843_001;

/** Longest wait for another instance that runs migrations, in milliseconds. */
const LOCK_WAIT_MS = 120_000;

/**
 * Runs all pending migrations. Several instances may start at once: one migrates, the others wait for it and find
 * nothing left to do. The lock is released when its process dies. The triggers that count owned rows are created
 * afterwards.
 * @returns the names of the migrations that ran
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const migrations = await withMigrationLock(dataSource, async (source) => {
    if (await source.showMigrations()) await dropCounters(source);
    const ran = await source.runMigrations();
    await syncCounters(source);
    return ran;
  });
  return migrations.map((migration) => migration.name);
}

/** Reverts the newest migration, under the same lock. */
export function revert(dataSource: DataSource): Promise<void> {
  return withMigrationLock(dataSource, async (source) => {
    await dropCounters(source);
    await source.undoLastMigration();
    await syncCounters(source);
  });
}

async function withMigrationLock<T>(dataSource: DataSource, work: (source: DataSource) => Promise<T>): Promise<T> {
  if (dataSource.options.type !== 'postgres') return withLock(dataSource, lockSqlite, work);
  // Uses two separate connections, one for the lock, without the timeouts of requests: a migration may take long.
  const unlimited = await new DataSource({ ...dataSource.options, extra: {}, poolSize: 2 }).initialize();
  try {
    return await withLock(unlimited, lockPostgres, work);
  } finally {
    await unlimited.destroy();
  }
}

type Lock = (dataSource: DataSource) => Promise<() => Promise<void>>;

async function withLock<T>(source: DataSource, lock: Lock, work: (source: DataSource) => Promise<T>): Promise<T> {
  const unlock = await lock(source);
  try {
    return await work(source);
  } finally {
    await unlock();
  }
}

async function lockPostgres(dataSource: DataSource): Promise<() => Promise<void>> {
  const runner = dataSource.createQueryRunner();
  await runner.query(`SET lock_timeout = ${LOCK_WAIT_MS}`);
  await runner.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
  return async () => {
    await runner.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK]);
    await runner.query('RESET lock_timeout');
    await runner.release();
  };
}

/** A separate SQLite file serves as the lock, because each migration locks the database file itself. */
async function lockSqlite(dataSource: DataSource): Promise<() => Promise<void>> {
  const file = `${String(dataSource.options.database)}.migration-lock`;
  makePrivateFile(file);
  const lock = await new Promise<sqlite3.Database>((opened, failed) => {
    const database = new sqlite3.Database(file, (error) => (error ? failed(error) : opened(database)));
  });
  const run = (statement: string) =>
    new Promise<void>((done, failed) => lock.exec(statement, (error) => (error ? failed(error) : done())));
  await run(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}; BEGIN EXCLUSIVE`);
  return async () => {
    await run('ROLLBACK');
    await new Promise<void>((closed, failed) => lock.close((error) => (error ? failed(error) : closed())));
  };
}

/** The statements that would bring the schema in line with the entities; empty when migrations and entities agree. */
export async function schemaDrift(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}
