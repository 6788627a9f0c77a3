import { setImmediate } from 'node:timers/promises';
import sqlite3 from 'sqlite3';
import { DataSource } from 'typeorm';
import { DatabaseConfig } from '../src/platform/config/database.config';
import { dataSourceOptions, openDataSource } from '../src/platform/database/connection/data-source';
import { migrate, revert, schemaDrift } from '../src/platform/database/migrating/migrate';
import { appSchema, runCommand } from './support/command';
import { createDatabase, onEachDatabase, type TestDatabase } from './support/databases';

onEachDatabase((dialect) => {
  let database: TestDatabase;
  let dataSource: DataSource;

  const open = () =>
    openDataSource({ ...dataSourceOptions(new DatabaseConfig(database.env), appSchema()), migrationsRun: false });

  beforeEach(async () => {
    database = await createDatabase(dialect);
    dataSource = await open();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('make exactly the schema that the entities describe', async () => {
    expect(await schemaDrift(dataSource)).not.toEqual([]);
    expect(await migrate(dataSource)).toHaveLength(dataSource.migrations.length);
    expect(await schemaDrift(dataSource)).toEqual([]);
  });

  it('are shown, run, checked and reverted at the command line', async () => {
    const command = (name: string) => runCommand(database.env, [`migration:${name}`]);
    const time = (name: string) => Number(name.slice(-13));
    const classes = dataSource.migrations.map((migration) => migration.constructor.name);
    const names = classes.sort((one, other) => time(one) - time(other)).join(', ');
    const upToDate = 'The database is up to date.\n';
    for (const [name, stdout] of [
      ['show', 'There are pending migrations.\n'],
      ['run', `Ran ${names}.\n`],
      ['show', upToDate],
      ['check', 'Entities and migrations agree.\n'],
      ['revert', 'Reverted the newest migration.\n'],
    ] as const) {
      expect({ name, ...(await command(name)) }).toMatchObject({ name, code: 0, stdout, stderr: '' });
    }
    await migrate(dataSource);
    await dataSource.query('ALTER TABLE "notes" ADD COLUMN "stray" integer');
    const { code, stderr } = await command('check');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Entities and migrations differ:\n.*notes/);
  });

  it('run once, however often they are asked for', async () => {
    await migrate(dataSource);
    expect(await migrate(dataSource)).toEqual([]);
  });

  it('can all be reverted and run again', async () => {
    await migrate(dataSource);
    for (let left = dataSource.migrations.length; left > 0; left -= 1) await revert(dataSource);
    expect(await migrate(dataSource)).toHaveLength(dataSource.migrations.length);
    expect(await schemaDrift(dataSource)).toEqual([]);
  });

  it('run once when several start at the same time', async () => {
    const others = await Promise.all([open(), open(), open()]);
    const ran = await Promise.all([dataSource, ...others].map((source) => migrate(source)));
    await Promise.all(others.map((other) => other.destroy()));
    expect(ran.flat()).toHaveLength(dataSource.migrations.length);
    expect(await schemaDrift(dataSource)).toEqual([]);
  });
});

it('an SQLite file is opened as soon as another process releases it, however long TypeORM itself would wait', async () => {
  const database = await createDatabase('sqlite');
  const options = { ...dataSourceOptions(new DatabaseConfig(database.env), appSchema()), migrationsRun: false };
  const other = new sqlite3.Database(String(options.database));
  const run = (sql: string) =>
    new Promise<void>((done, failed) => other.exec(sql, (error) => (error ? failed(error) : done())));
  await run('BEGIN EXCLUSIVE');
  const initialize = jest.spyOn(DataSource.prototype, 'initialize');
  const state = { isOver: false };
  try {
    const opening = openDataSource(options).finally(() => (state.isOver = true));
    const released = (async () => {
      // The first attempt has failed once there is a second one.
      while (initialize.mock.calls.length < 2 && !state.isOver) await setImmediate();
      await run('COMMIT');
    })();
    const [dataSource] = await Promise.all([opening, released]);
    await dataSource.destroy();
    expect(initialize.mock.calls.length).toBeGreaterThan(1);
  } finally {
    initialize.mockRestore();
    await new Promise<void>((closed) => other.close(() => closed()));
    await database.drop();
  }
});
