import { words } from '../kernel/words';
import type { ProblemCode } from './problem-codes';

/** What is wrong with one field: an RFC 6901 JSON pointer into the body (or the name of a parameter), and a sentence. */
export interface FieldError {
  pointer: string;
  message: string;
}

/** A limit of an account that was reached. */
export interface QuotaUse {
  /** What is limited, such as `notes`, `bytes` or `apiTokens`. */
  name: string;
  limit: number;
  /** Before the request that was refused. */
  used: number;
}

/** What a domain error may carry besides its code and sentence. */
export interface DomainErrorOptions {
  errors?: FieldError[];
  /** For `quota_exceeded`. */
  quota?: QuotaUse;
  /** Headers of the answer. */
  headers?: Record<string, string>;
  /** The account that a refusal is about, where that is known: for the audit trail, never for the client. */
  accountId?: string | undefined;
  /** The audit trail knows what happened already. */
  isRecorded?: boolean;
  cause?: unknown;
}

/**
 * A failure that the domain knows by name. Thrown where it is known; one filter turns it into problem details.
 * @param code stable code of the failure
 * @param detail a sentence for a person; it is shown to the client, so nothing internal belongs in it
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly errors: FieldError[] | undefined;
  readonly quota: QuotaUse | undefined;
  readonly headers: Record<string, string>;
  readonly accountId: string | undefined;
  readonly isRecorded: boolean;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    options: DomainErrorOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.errors = options.errors;
    this.quota = options.quota;
    this.headers = options.headers ?? {};
    this.accountId = options.accountId;
    this.isRecorded = options.isRecorded ?? false;
  }
}

/** The service cannot answer now and says when to come back (RFC 9110, 10.2.3). */
export const overloaded = (detail: string, cause?: unknown) =>
  new DomainError('overloaded', detail, { headers: { 'retry-after': '5' }, cause });

/** The account has as much of something as it may; what it deletes makes room. */
export const quotaExceeded = (quota: QuotaUse) =>
  new DomainError('quota_exceeded', `Your account may have ${quota.limit} ${quota.name} and has ${quota.used}.`, {
    quota,
  });

/** There is no row with this id, or none any more. @param name the name of its entity, as `ApiToken` */
export const noSuch = (name: string) => new DomainError('not_found', `There is no ${words(name)} with this id.`);
