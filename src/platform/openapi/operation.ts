import { ApiExtension, type OpenAPIObject } from '@nestjs/swagger';
import type { ProblemCode } from '../problems/problem-codes';

/** An operation of the document. */
export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Extensions that decorators set on operations and `completeDocument` removes; they are not published. */
export const MARKS = {
  problems: 'x-problems',
  public: 'x-public',
  owned: 'x-owned',
  conflicts: 'x-conflicts',
  location: 'x-location',
  scopes: 'x-scopes',
  rateLimited: 'x-rate-limited',
  deviceToken: 'x-device-token',
  roles: 'x-roles',
  stepUp: 'x-step-up',
} as const;

/** The value that a decorator set on the operation. */
export const mark = (operation: Operation, name: keyof typeof MARKS): unknown => Reflect.get(operation, MARKS[name]);

/**
 * Documents errors specific to this operation. Those that follow from a rule (authentication, ownership, a body, a
 * page) are added automatically.
 */
export const Problems = (...codes: ProblemCode[]) => ApiExtension(MARKS.problems, codes);
