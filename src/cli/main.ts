import { existsSync } from 'node:fs';
import { FAILED, runCommand } from './commands';
import { describeError } from './shell/describe-error';
import { Shell } from './shell/shell';

/** `npm run cli -- help` */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile();
  const open = async () => (await import('./application.js')).openApplication();
  process.exitCode = await runCommand(process.argv.slice(2), new Shell(process, open));
}

main().catch((error: unknown) => {
  console.error(describeError(error));
  process.exitCode = FAILED;
});
