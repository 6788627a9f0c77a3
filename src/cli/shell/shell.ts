import type { Readable, Writable } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import type { Environment } from '../../platform/config/variables/environment';

/** The process environment of a command. */
export interface CommandEnvironment {
  /** The settings, by the names of the environment variables. */
  env: Environment;
  stdin: Readable;
  stdout: Writable;
  stderr: Writable & { isTTY?: boolean };
  /** Listens once for a signal, replacing its default action. */
  once(signal: 'SIGINT' | 'SIGTERM', listener: (signal: 'SIGINT' | 'SIGTERM') => void): unknown;
}

/** The only interface of a command for input, output and access to the application. */
export class Shell {
  /** Exit code of the command, unless it throws. */
  exitCode = 0;

  /** @param open opens the application with the settings of the command */
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
