import { Vocabulary } from '../features/vocabulary';

/**
 * Every error code that a client can meet. Codes are stable: clients branch on them. A feature adds its own here by
 * declaration merging, and registers what they mean as `problems`.
 */
export interface ProblemCodes {
  validation_failed: true;
  malformed_body: true;
  malformed_request: true;
  invalid_cursor: true;
  unauthenticated: true;
  invalid_token: true;
  forbidden: true;
  quota_exceeded: true;
  insufficient_scope: true;
  not_found: true;
  method_not_allowed: true;
  request_timeout: true;
  conflict: true;
  precondition_failed: true;
  payload_too_large: true;
  unsupported_media_type: true;
  headers_too_large: true;
  rate_limited: true;
  internal_error: true;
  overloaded: true;
}

/** A stable, machine-readable error code. */
export type ProblemCode = keyof ProblemCodes;

/** What a code stands for. */
export interface ProblemKind {
  /** The HTTP status that it is answered with. */
  readonly status: number;
  /** For a person; the same for every problem of this code. */
  readonly title: string;
}

declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /** What the error codes of the feature stand for. */
    readonly problems?: { readonly [C in ProblemCode]?: ProblemKind };
  }
}

/** The one place where domain errors and HTTP touch. */
export const PROBLEMS = new Vocabulary<ProblemCode, ProblemKind>(({ problems }) => problems);
