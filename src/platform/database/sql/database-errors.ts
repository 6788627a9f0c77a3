import { QueryFailedError } from 'typeorm';
import { isError } from '../../kernel/is-error';
import type { QuotaUse } from '../../problems/domain-error';

/** SQLite result codes for an unavailable database, as opposed to a wrong statement. */
const SQLITE_UNAVAILABLE = new Set([
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_READONLY',
  'SQLITE_IOERR',
  'SQLITE_FULL',
  'SQLITE_CANTOPEN',
  'SQLITE_MISUSE',
]);

/** SQLSTATE classes: 08 connection, 53 resources, 57 operator intervention, 40 rollback, 25006 read-only, 55P03 lock timeout. */
const POSTGRES_UNAVAILABLE = /^(08|53|57|40)|^25006$|^55P03$/;

/** Errors of `pg` and Node when the database cannot be reached. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);
const CLIENT_MESSAGES =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|Connection ended/;

const codeOf = (error: Error) => ('code' in error && typeof error.code === 'string' ? error.code : '');

const driverError = (error: unknown): unknown => (error instanceof QueryFailedError ? error.driverError : error);

/** Whether the database could not be reached or cannot run the statement at the moment. */
export function isUnavailable(error: unknown): boolean {
  const cause = driverError(error);
  if (!isError(cause)) return false;
  // Node throws an AggregateError when every address of a host refused.
  if ('errors' in cause && Array.isArray(cause.errors)) return cause.errors.some(isUnavailable);
  const code = codeOf(cause);
  return (
    SQLITE_UNAVAILABLE.has(code) ||
    NETWORK_CODES.has(code) ||
    (code.length === 5 && POSTGRES_UNAVAILABLE.test(code)) ||
    CLIENT_MESSAGES.test(cause.message)
  );
}

/** Whether another process has locked the SQLite file. */
export function isBusy(error: unknown): boolean {
  const cause = driverError(error);
  return isError(cause) && codeOf(cause) === 'SQLITE_BUSY';
}

/** Whether the result exceeded the limit of the SQLite connection. */
export const isTooBig = (error: unknown): boolean => isError(error) && codeOf(error) === 'SQLITE_TOOBIG';

/** Whether a row with the same unique value already exists. */
export function isUniqueViolation(error: unknown): boolean {
  const cause = driverError(error);
  return isError(cause) && (codeOf(cause) === '23505' || cause.message.includes('UNIQUE constraint failed'));
}

/** Whether the referenced row does not exist. */
export function isForeignKeyViolation(error: unknown): boolean {
  const cause = driverError(error);
  return isError(cause) && (codeOf(cause) === '23503' || cause.message.includes('FOREIGN KEY constraint failed'));
}

/** The message by which the triggers of `usage/` refuse a row. */
const QUOTA_EXCEEDED = /quota_exceeded:(\w+):(\d+):(\d+)/;

/** The quota that a statement would have exceeded; null for any other error. */
export function quotaOf(error: unknown): QuotaUse | null {
  const cause = driverError(error);
  const [, name, limit, used] = (isError(cause) && QUOTA_EXCEEDED.exec(cause.message)) || [];
  return name === undefined ? null : { name, limit: Number(limit), used: Number(used) };
}

/** Whether PostgreSQL aborted the transaction because of a deadlock. */
export function isDeadlock(error: unknown): boolean {
  const cause = driverError(error);
  return isError(cause) && codeOf(cause) === '40P01';
}
