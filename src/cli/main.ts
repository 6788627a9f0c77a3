import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { describe } from './application';
import { createAdmin } from './create-admin.command';
import { deactivate } from './deactivate.command';
import { importUsers } from './import-users.command';
import { rotateKeys } from './rotate-keys.command';
import { verifyAudit } from './verify-audit.command';

const FAILED = 1;
const WRONG_USAGE = 2;

/** `npm run cli -- help`: every command, each in a file of its own. */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile();
  const program = new Command('npm run cli --')
    .description('Operates Latchkey: with the settings of the server, beside it or without it.')
    .showSuggestionAfterError(false)
    .exitOverride();
  for (const command of [createAdmin, importUsers, deactivate, verifyAudit, rotateKeys]) command(program);
  await program.parseAsync();
}

main().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
    return;
  }
  console.error(describe(error));
  process.exitCode = FAILED;
});
