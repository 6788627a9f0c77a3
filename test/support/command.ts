import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module';
import { LocalStrategy } from '../../src/auth/passwords/login/local.strategy';
import { JwtStrategy } from '../../src/auth/schemes/jwt.strategy';
import { runCommand as run } from '../../src/cli/commands';
import { Shell } from '../../src/cli/shell/shell';
import { DatabaseConfig } from '../../src/platform/config/database.config';
import { ENVIRONMENT } from '../../src/platform/config/variables/environment';
import { dataSourceOptions, openDataSource } from '../../src/platform/database/connection/data-source';
import { type Schema, schemaOf } from '../../src/platform/database/migrating/schema';
import { featuresIn } from '../../src/platform/features/features-in';

const MAIN = join(__dirname, '../../dist/cli/main.js');

/** What every command is configured with; nothing of the tests' own environment. */
const COMMAND_ENV = { NODE_ENV: 'test', PASSWORD_HASH_COST: '4' };

/** How a command ended and what it said. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The same of a process, which a signal can end. */
export interface ProcessOutcome extends Outcome {
  signal: NodeJS.Signals | null;
}

/** A command that runs: the built one (`npm test` builds it first), as a process of its own. */
export interface RunningCommand {
  ended: Promise<ProcessOutcome>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts a command as a process. @param input for its standard input */
export function startCommand(env: Record<string, string>, args: string[], input = ''): RunningCommand {
  const variables = { PATH: process.env['PATH'], ...COMMAND_ENV, ...env };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: tmpdir(), env: variables });
  child.stdin.end(input);
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
    ([stdout, stderr]): ProcessOutcome => ({ code: child.exitCode, signal: child.signalCode, stdout, stderr }),
  );
  return { ended, signal: (signal) => child.kill(signal) };
}

/** Runs a command as a process to its end: once for each, as that alone shows what the built program does with it. */
export const spawnCommand = (env: Record<string, string>, args: string[], input?: string): Promise<ProcessOutcome> =>
  startCommand(env, args, input).ended;

/** Runs a command to its end within this process, with an application and database connections of its own. */
export async function runCommand(env: Record<string, string>, args: string[], input = ''): Promise<Outcome> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = Promise.all([text(stdout), text(stderr)]);
  const stdin = Readable.from(input === '' ? [] : [input]);
  const shell = new Shell({ env: { ...COMMAND_ENV, ...env }, stdin, stdout, stderr, once: () => undefined }, () =>
    openApplication(env),
  );
  const code = await run(args, shell);
  stdout.end();
  stderr.end();
  const [out, complaints] = await said;
  return { code, stdout: out, stderr: complaints };
}

async function openApplication(env: Record<string, string>): Promise<INestApplicationContext> {
  const builder = Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(ENVIRONMENT)
    .useValue({ ...COMMAND_ENV, ...env, LOG_LEVEL: 'silent' });
  // Passport knows one strategy of a name in a process, and those of a server that runs beside the command must stay.
  for (const strategy of [JwtStrategy, LocalStrategy]) builder.overrideProvider(strategy).useValue({});
  const module = await builder.compile();
  module.useLogger(false);
  return module.init();
}

/** The tables of the application and its migrations. */
export const appSchema = (): Schema => schemaOf(featuresIn(AppModule));

/** Opens the database itself, beside the application. */
export const openDatabase = (env: Record<string, string>): Promise<DataSource> =>
  openDataSource({ ...dataSourceOptions(new DatabaseConfig(env), appSchema()), migrationsRun: false });
