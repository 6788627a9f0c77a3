import { words } from '../kernel/words';
import type { ProblemCode } from './problem-codes';

/** The error of one field: an RFC 6901 JSON pointer into the body (or the name of a parameter), and a message. */
export interface FieldError {
  pointer: string;
  message: string;
}

/** A quota of an account that was reached. */
export interface QuotaUse {
  /** The limited resource, such as `notes`, `bytes` or `apiTokens`. */
  name: string;
  limit: number;
  /** Usage before the refused request. */
  used: number;
}

/** Optional properties of a domain error. */
export interface DomainErrorOptions {
  errors?: FieldError[];
  /** For `quota_exceeded`. */
  quota?: QuotaUse;
  /** For `step_up_required`: the methods of proof that would do. */
  methods?: readonly string[];
  /** Headers of the response. */
  headers?: Record<string, string>;
  /** The account concerned, if known: for the audit trail, never for the client. */
  accountId?: string | undefined;
  /** The failure is already in the audit trail. */
  isRecorded?: boolean;
  cause?: unknown;
}

/**
 * An expected failure with a stable code, which a filter turns into problem details.
 * @param code stable code of the failure, which clients branch on
 * @param detail a sentence for people; it is sent to the client, so it must not contain internals
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly errors: FieldError[] | undefined;
  readonly quota: QuotaUse | undefined;
  readonly methods: readonly string[] | undefined;
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
    this.methods = options.methods;
    this.headers = options.headers ?? {};
    this.accountId = options.accountId;
    this.isRecorded = options.isRecorded ?? false;
  }
}

/** 503 with `Retry-After` (RFC 9110, 10.2.3). */
export const overloaded = (detail: string, cause?: unknown) =>
  new DomainError('overloaded', detail, { headers: { 'retry-after': '5' }, cause });

/** 403 for an account that has reached a quota; deleting makes room. */
export const quotaExceeded = (quota: QuotaUse) =>
  new DomainError('quota_exceeded', `Your account may have ${quota.limit} ${quota.name} and has ${quota.used}.`, {
    quota,
  });

/** 404 for a missing row. @param name the name of its entity, such as `ApiToken` */
export const noSuch = (name: string) => new DomainError('not_found', `There is no ${words(name)} with this id.`);
