import type { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { AppModule } from '../app.module';
import { DatabaseConfig } from '../platform/config/database.config';
import { dataSourceOptions, openDataSource } from '../platform/database/connection/data-source';
import { migrate, revert, schemaDrift } from '../platform/database/migrating/migrate';
import { schemaOf } from '../platform/database/migrating/schema';
import { featuresIn } from '../platform/features/features-in';
import { FAILED } from './commands';
import type { Shell } from './shell/shell';

type Work = (dataSource: DataSource, shell: Shell) => Promise<void>;

const UP_TO_DATE = 'The database is up to date.';

/** `migration:*`, also available with `npm run`: they need the database, and only the features of the application. */
export function migrations(program: Command, shell: Shell): void {
  const add = (name: string, description: string, work: Work) =>
    program
      .command(`migration:${name}`)
      .description(description)
      .action(() => withDatabase(shell, work));
  add('run', 'runs all pending migrations', run);
  add('show', 'shows whether migrations are pending', show);
  add('revert', 'reverts the newest migration', revertNewest);
  add('check', 'fails when entities and migrations differ', check);
}

async function withDatabase(shell: Shell, work: Work): Promise<void> {
  const config = new DatabaseConfig(shell.environment.env);
  const options = dataSourceOptions(config, schemaOf(featuresIn(AppModule)));
  const dataSource = await openDataSource({ ...options, migrationsRun: false });
  try {
    await work(dataSource, shell);
  } finally {
    await dataSource.destroy();
  }
}

async function run(dataSource: DataSource, shell: Shell): Promise<void> {
  const names = await migrate(dataSource);
  shell.print(names.length === 0 ? UP_TO_DATE : `Ran ${names.join(', ')}.`);
}

async function show(dataSource: DataSource, shell: Shell): Promise<void> {
  shell.print((await dataSource.showMigrations()) ? 'There are pending migrations.' : UP_TO_DATE);
}

async function revertNewest(dataSource: DataSource, shell: Shell): Promise<void> {
  await revert(dataSource);
  shell.print('Reverted the newest migration.');
}

async function check(dataSource: DataSource, shell: Shell): Promise<void> {
  await migrate(dataSource);
  const drift = await schemaDrift(dataSource);
  if (drift.length === 0) {
    shell.print('Entities and migrations agree.');
    return;
  }
  // One statement per line, for copying into a migration.
  shell.printError(`Entities and migrations differ:\n${drift.join('\n')}`);
  shell.exitCode = FAILED;
}
