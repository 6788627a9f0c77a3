import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { describeError } from './describe-error';

const FAILED = 1;
const WRONG_USAGE = 2;

type AddCommand = (program: Command) => void;

const migrations = async (): Promise<AddCommand> => (await import('./migrations.command.js')).migrations;

/** Every command and what loads it, as most need the whole application, which takes its time to load. */
const commands = new Map<string, () => Promise<AddCommand>>([
  ['users:create-admin', async () => (await import('./create-admin.command.js')).createAdmin],
  ['users:import', async () => (await import('./import-users.command.js')).importUsers],
  ['users:deactivate', async () => (await import('./deactivate.command.js')).deactivate],
  ['audit:verify', async () => (await import('./verify-audit.command.js')).verifyAudit],
  ['keys:rotate', async () => (await import('./rotate-keys.command.js')).rotateKeys],
  ['migration:run', migrations],
  ['migration:show', migrations],
  ['migration:revert', migrations],
  ['migration:check', migrations],
]);

/** `npm run cli -- help`: every command, in files of their own. */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile();
  const program = new Command('npm run cli --')
    .description('Operates Latchkey: with the settings of the server, beside it or without it.')
    .showSuggestionAfterError(false)
    .exitOverride();
  const asked = commands.get(process.argv[2] ?? '');
  const loaders = asked ? [asked] : new Set(commands.values());
  for (const load of loaders) (await load())(program);
  await program.parseAsync();
}

main().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
    return;
  }
  console.error(describeError(error));
  process.exitCode = FAILED;
});
