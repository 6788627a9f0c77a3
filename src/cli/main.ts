import { existsSync } from 'node:fs';
import { describe, openApplication } from './application';
import { FAILED, runCommand } from './commands';
import { Shell } from './shell';

/** `npm run cli -- help` */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile();
  process.exitCode = await runCommand(process.argv.slice(2), new Shell(process, openApplication));
}

main().catch((error: unknown) => {
  console.error(describe(error));
  process.exitCode = FAILED;
});
