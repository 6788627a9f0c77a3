import type { DataSource } from 'typeorm';
import { DatabaseConfig } from '../src/platform/config/database.config';
import { dataSourceOptions, openDataSource } from '../src/platform/database/connection/data-source';
import { migrate, revert, schemaDrift } from '../src/platform/database/migrating/migrate';
import { createDatabase, onEachDatabase, type TestDatabase } from './support/databases';

onEachDatabase((dialect) => {
  let database: TestDatabase;
  let dataSource: DataSource;

  const open = () => openDataSource({ ...dataSourceOptions(new DatabaseConfig(database.env)), migrationsRun: false });

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
