import { Command, CommanderError } from 'commander';
import { describe } from './application';
import { createAdmin } from './create-admin.command';
import { deactivate } from './deactivate.command';
import { importUsers } from './import-users.command';
import { rotateKeys } from './rotate-keys.command';
import type { Shell } from './shell';
import { verifyAudit } from './verify-audit.command';

export const FAILED = 1;
const WRONG_USAGE = 2;

/** Runs the command that the arguments name; each is in a file of its own. @returns the exit code */
export async function runCommand(args: readonly string[], shell: Shell): Promise<number> {
  const { stdout, stderr } = shell.surroundings;
  const program = new Command('npm run cli --')
    .description('Operates Latchkey: with the settings of the server, beside it or without it.')
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .showSuggestionAfterError(false)
    .exitOverride();
  for (const command of [createAdmin, importUsers, deactivate, verifyAudit, rotateKeys]) command(program, shell);
  try {
    await program.parseAsync(args, { from: 'user' });
    return shell.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    shell.complain(describe(error));
    return FAILED;
  }
}
