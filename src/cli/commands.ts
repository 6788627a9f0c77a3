import { Command, CommanderError } from 'commander';
import { describeError } from './shell/describe-error';
import type { Shell } from './shell/shell';

/** Exit code of a command that failed. */
export const FAILED = 1;

/** Exit code of a command that was called with the wrong arguments. */
const WRONG_USAGE = 2;

type AddCommand = (program: Command, shell: Shell) => void;

const migrations = async (): Promise<AddCommand> => (await import('./migrations.command.js')).migrations;

/** All commands with their loaders: most need the whole application, which is slow to load. */
const commands = new Map<string, () => Promise<AddCommand>>([
  ['users:create-admin', async () => (await import('./create-admin.command.js')).createAdmin],
  ['users:import', async () => (await import('./import-users.command.js')).importUsers],
  ['users:deactivate', async () => (await import('./deactivate.command.js')).deactivate],
  ['users:remove-second-factor', async () => (await import('./remove-second-factor.command.js')).removeSecondFactor],
  ['audit:verify', async () => (await import('./verify-audit.command.js')).verifyAudit],
  ['keys:rotate', async () => (await import('./rotate-keys.command.js')).rotateKeys],
  ['migration:run', migrations],
  ['migration:show', migrations],
  ['migration:revert', migrations],
  ['migration:check', migrations],
]);

/** Runs the command named by the arguments. @returns the exit code */
export async function runCommand(args: readonly string[], shell: Shell): Promise<number> {
  const { stdout, stderr } = shell.environment;
  const program = new Command('npm run cli --')
    .description('Operates Latchkey with the settings of the server, whether or not it is running.')
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .showSuggestionAfterError(false)
    .exitOverride();
  const asked = commands.get(args[0] ?? '');
  const loaders = asked ? [asked] : new Set(commands.values());
  for (const load of loaders) (await load())(program, shell);
  try {
    await program.parseAsync(args, { from: 'user' });
    return shell.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    shell.printError(describeError(error));
    return FAILED;
  }
}
