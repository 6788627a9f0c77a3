import { Injectable, type LoggerService, type OnApplicationShutdown } from '@nestjs/common';
import { destination, type Logger, pino } from 'pino';
import { ServerConfig } from '../config/server.config';
import { isError } from '../kernel/is-error';
import { isoTime } from '../kernel/iso-time';

/** Only these parts of an error are logged: drivers attach statements and their values to theirs. */
const describeError = (error: unknown) =>
  isError(error) ? { type: error.name, message: error.message, stack: error.stack } : { message: String(error) };

/** Lines are gathered and written together, by the thread that serves: SQLite and bcrypt need the others, and none waits longer than this, in milliseconds. */
const FLUSH_MS = 100;
const WRITE_BYTES = 8_192;

/** Structured logs: one JSON object a line on standard output, of the program and of the framework alike. */
@Injectable()
export class AppLogger implements LoggerService, OnApplicationShutdown {
  /** For lines with fields of their own. */
  readonly pino: Logger;
  private readonly stream = destination({ sync: true, minLength: WRITE_BYTES, periodicFlush: FLUSH_MS });

  constructor(config: ServerConfig) {
    const options = {
      level: config.logLevel,
      base: undefined,
      timestamp: () => `,"time":"${isoTime(Date.now())}"`,
      formatters: { level: (label: string) => ({ level: label }) },
      serializers: { err: describeError },
    };
    this.pino = pino(options, this.stream);
  }

  /** Logs what everyone who starts the program waits for, at every level but `silent`. */
  announce(message: string, fields: Record<string, string>): void {
    const level = this.pino.level === 'silent' ? 'silent' : 'info';
    this.pino.child({}, { level }).info(fields, message);
    this.stream.flushSync();
    process.once('exit', () => this.stream.flushSync());
  }

  log(message: unknown, context?: unknown): void {
    // Nest tells of every route and module it maps; that is for debugging.
    this.pino.debug({ context }, String(message));
  }

  debug(message: unknown, context?: unknown): void {
    this.pino.debug({ context }, String(message));
  }

  verbose(message: unknown, context?: unknown): void {
    this.pino.trace({ context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.pino.warn({ context }, String(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    this.pino.error({ details }, String(message));
  }

  onApplicationShutdown(): void {
    this.stream.flushSync();
  }
}
