import type { ProblemCode } from './problem-codes';

/** What is wrong with one field: an RFC 6901 JSON pointer into the body (or the name of a parameter), and a sentence. */
export interface FieldError {
  pointer: string;
  message: string;
}

/** What a domain error may carry besides its code and sentence. */
export interface DomainErrorOptions {
  errors?: FieldError[];
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
    this.headers = options.headers ?? {};
    this.accountId = options.accountId;
    this.isRecorded = options.isRecorded ?? false;
  }
}

/** The service can not answer now and says when to come back (RFC 9110, 10.2.3). */
export const overloaded = (detail: string, cause?: unknown) =>
  new DomainError('overloaded', detail, { headers: { 'retry-after': '5' }, cause });
