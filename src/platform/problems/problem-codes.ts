import { Vocabulary } from '../features/vocabulary';

/**
 * All error codes. They are stable: clients branch on them. A feature adds its own by declaration merging and registers
 * their meaning as `problems`.
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

/** The meaning of a code. */
export interface ProblemKind {
  /** The HTTP status. */
  readonly status: number;
  /** For people; the same for every problem with this code. */
  readonly title: string;
}

declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /** The meaning of the feature's error codes. */
    readonly problems?: { readonly [C in ProblemCode]?: ProblemKind };
  }
}

/** The HTTP status and title of each domain error. */
export const PROBLEMS = new Vocabulary<ProblemCode, ProblemKind>(({ problems }) => problems);
