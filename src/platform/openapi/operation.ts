import { ApiExtension, type OpenAPIObject } from '@nestjs/swagger';
import type { ProblemCode } from '../problems/problem-codes';

/** An operation of the document. */
export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Names of the notes that decorators leave on operations for the document's completion; none of them is published. */
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
} as const;

/** What a decorator noted on the operation. */
export const mark = (operation: Operation, name: keyof typeof MARKS): unknown => Reflect.get(operation, MARKS[name]);

/**
 * Documents the errors that only this operation can answer. Those that follow from a rule (authentication, ownership,
 * a body, a page) are added to the document by the rule.
 */
export const Problems = (...codes: ProblemCode[]) => ApiExtension(MARKS.problems, codes);
