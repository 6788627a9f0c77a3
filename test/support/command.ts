import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DataSource } from 'typeorm';
import { DatabaseConfig } from '../../src/platform/config/database.config';
import { dataSourceOptions, openDataSource } from '../../src/platform/database/connection/data-source';

const MAIN = join(__dirname, '../../dist/cli/main.js');

/** How a command ended and what it said. */
export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A command that runs: the built one (`npm test` builds it first), as a process of its own. */
export interface RunningCommand {
  ended: Promise<Outcome>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts a command with nothing of the tests' own environment. @param input for its standard input */
export function startCommand(env: Record<string, string>, args: string[], input = ''): RunningCommand {
  const variables = { PATH: process.env['PATH'], NODE_ENV: 'test', PASSWORD_HASH_COST: '4', ...env };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: tmpdir(), env: variables });
  child.stdin.end(input);
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
    ([stdout, stderr]): Outcome => ({ code: child.exitCode, signal: child.signalCode, stdout, stderr }),
  );
  return { ended, signal: (signal) => child.kill(signal) };
}

/** Runs a command to its end. */
export const runCommand = (env: Record<string, string>, args: string[], input?: string): Promise<Outcome> =>
  startCommand(env, args, input).ended;

/** Somebody who gets at the database itself. */
export const openDatabase = (env: Record<string, string>): Promise<DataSource> =>
  openDataSource({ ...dataSourceOptions(new DatabaseConfig(env)), migrationsRun: false });
