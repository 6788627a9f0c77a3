import type { Readable, Writable } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import type { Environment } from '../platform/config/environment';

/** What a command gets from the process that it runs in. */
export interface CommandEnvironment {
  /** The settings, by the names of the environment variables. */
  env: Environment;
  stdin: Readable;
  stdout: Writable;
  stderr: Writable & { isTTY?: boolean };
  /** Calls back at the first of these signals, instead of what it would do. */
  once(signal: 'SIGINT' | 'SIGTERM', listener: (signal: 'SIGINT' | 'SIGTERM') => void): unknown;
}

/** Where a command runs: it knows no other way to read, to write and to reach the application. */
export class Shell {
  /** What the command ends with when it ends without an error. */
  exitCode = 0;

  /** @param open starts the application with the settings of the command */
  constructor(
    readonly environment: CommandEnvironment,
    readonly open: () => Promise<INestApplicationContext>,
  ) {}

  /** Writes a line to standard output. */
  print(line: string): void {
    this.environment.stdout.write(`${line}\n`);
  }

  /** Writes a line to standard error. */
  printError(line: string): void {
    this.environment.stderr.write(`${line}\n`);
  }
}
