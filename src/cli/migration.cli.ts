import { existsSync } from 'node:fs';
import { type DataSource } from 'typeorm';
import { DatabaseConfig } from '../platform/config/database.config';
import { dataSourceOptions, openDataSource } from '../platform/database/connection/data-source';
import { migrate, revert, schemaDrift } from '../platform/database/migrating/migrate';
import { isError } from '../platform/kernel/is-error';

type Command = (dataSource: DataSource) => Promise<string>;

/** `npm run migration:*`: what each command does and what it prints. */
const commands: Record<string, Command> = {
  async run(dataSource) {
    const names = await migrate(dataSource);
    return names.length === 0 ? 'The database is up to date.' : `Ran ${names.join(', ')}.`;
  },
  async revert(dataSource) {
    await revert(dataSource);
    return 'Reverted the newest migration.';
  },
  async show(dataSource) {
    return (await dataSource.showMigrations()) ? 'There are pending migrations.' : 'The database is up to date.';
  },
  async check(dataSource) {
    await migrate(dataSource);
    const drift = await schemaDrift(dataSource);
    if (drift.length > 0) throw new Error(`Entities and migrations differ:\n${drift.join('\n')}`);
    return 'Entities and migrations agree.';
  },
};

async function main(): Promise<void> {
  const name = process.argv[2] ?? '';
  const command = commands[name];
  if (!command) throw new Error(`Unknown command ${name}; there are ${Object.keys(commands).join(', ')}.`);
  if (existsSync('.env')) process.loadEnvFile();
  const options = dataSourceOptions(new DatabaseConfig(process.env));
  const dataSource = await openDataSource({ ...options, migrationsRun: false });
  try {
    console.log(await command(dataSource));
  } finally {
    await dataSource.destroy();
  }
}

main().catch((error: unknown) => {
  console.error(isError(error) ? error.message : error);
  process.exitCode = 1;
});
