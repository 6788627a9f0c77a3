import { Injectable, type LoggerService, type OnApplicationShutdown } from '@nestjs/common';
import { destination, type Logger, pino } from 'pino';
import { ServerConfig } from '../config/server.config';
import { isError } from '../kernel/is-error';
import { isoTime } from '../kernel/iso-time';

/** Logs only these properties of an error: drivers attach statements and their values to theirs. */
const describeError = (error: unknown) =>
  isError(error) ? { type: error.name, message: error.message, stack: error.stack } : { message: String(error) };

/**
 * Log lines are buffered for at most this time, in milliseconds, and written synchronously: SQLite and bcrypt need the
 * libuv threads.
 */
const FLUSH_MS = 100;
const WRITE_BYTES = 8_192;

/** Structured logs of the application and the framework: one JSON object per line on standard output. */
@Injectable()
export class AppLogger implements LoggerService, OnApplicationShutdown {
  /** For log lines with fields. */
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

  /** Logs a startup message at every level except `silent`. */
  announce(message: string, fields: Record<string, string>): void {
    const level = this.pino.level === 'silent' ? 'silent' : 'info';
    this.pino.child({}, { level }).info(fields, message);
    this.stream.flushSync();
    process.once('exit', () => this.stream.flushSync());
  }

  log(message: unknown, context?: unknown): void {
    // Nest logs every route and module that it maps; that is for debugging.
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
