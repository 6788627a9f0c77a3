import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { type ProblemCode, PROBLEMS } from '../problems/problem-codes';
import { mark, type Operation } from './operation';
import { referTo } from './schemas';

type Response = NonNullable<NonNullable<OpenAPIObject['components']>['responses']>[string];

const HEADERS: Record<number, Record<string, string>> = {
  401: { 'WWW-Authenticate': 'The required scheme, and the error of the token that was sent (RFC 6750).' },
  429: {
    'Retry-After': 'Seconds to wait.',
    RateLimit: 'The remaining quota of the limit, and the seconds until it resets.',
    'RateLimit-Policy': 'The limit: the quota, and its window in seconds.',
  },
  503: { 'Retry-After': 'Seconds to wait.' },
};

const codesOf = (status: number, codes: readonly ProblemCode[]) =>
  codes.filter((code) => PROBLEMS.get(code).status === status).sort();

/** Each code with its title. */
const describe = (codes: readonly ProblemCode[]) =>
  codes.map((code) => `\`${code}\`: ${PROBLEMS.get(code).title}.`).join(' ');

const statuses = () => [...new Set(PROBLEMS.names.map((code) => PROBLEMS.get(code).status))].sort();

/** The name of the shared response for a status: `NotFound`. */
const nameOf = (status: number) => (STATUS_CODES[status] ?? `Status ${status}`).replaceAll(/\W/g, '');

/** The error responses that all operations share, one per status. */
export const sharedResponses = (): Record<string, Response> =>
  Object.fromEntries(statuses().map((status) => [nameOf(status), sharedResponse(status)]));

function sharedResponse(status: number): Response {
  const headers = Object.entries(HEADERS[status] ?? {}).map(
    ([name, description]) => [name, { description, required: true, schema: { type: 'string' } }] as const,
  );
  return {
    description: describe(codesOf(status, PROBLEMS.names)),
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    content: { 'application/problem+json': { schema: referTo('ProblemDto') } },
  };
}

/**
 * The error responses of one operation: references to the shared ones, described by the codes of this operation unless
 * it can return all of them.
 */
export function problemResponses(codes: ReadonlySet<ProblemCode>): Operation['responses'] {
  const responses: Operation['responses'] = {};
  for (const status of statuses()) {
    const answered = codesOf(status, [...codes]);
    if (answered.length === 0) continue;
    const $ref = `#/components/responses/${nameOf(status)}`;
    const isWhole = answered.length === codesOf(status, PROBLEMS.names).length;
    // OpenAPI 3.1 lets a reference override the description.
    const response = { $ref, ...(!isWhole && { description: describe(answered) }) };
    responses[status] = response;
  }
  return responses;
}

/** The error codes of an operation: those that follow from rules, and those in `@Problems()`. */
export function problemCodes(operation: Operation, ids: readonly string[]): Set<ProblemCode> {
  const codes = new Set<ProblemCode>(['internal_error', 'overloaded']);
  const add = (applies: boolean, ...more: ProblemCode[]) => {
    if (applies) more.forEach((code) => codes.add(code));
  };
  const parameters = (operation.parameters ?? []).map((parameter) => ('name' in parameter ? parameter : undefined));
  const has = (name: string) => parameters.some((parameter) => parameter?.name === name);
  const hasId = ids.length > 0;
  add(mark(operation, 'public') !== true, 'unauthenticated', 'invalid_token', 'insufficient_scope');
  add(hasId, 'validation_failed', 'not_found');
  add((hasId && mark(operation, 'owned') === true) || mark(operation, 'roles') !== undefined, 'forbidden');
  add(mark(operation, 'stepUp') !== undefined, 'step_up_required', 'forbidden');
  add(mark(operation, 'owned') === true && operation.requestBody !== undefined, 'quota_exceeded');
  add(mark(operation, 'conflicts') === true && operation.requestBody !== undefined, 'conflict');
  add(mark(operation, 'rateLimited') === true, 'rate_limited');
  add(
    parameters.some((parameter) => parameter?.in === 'query'),
    'validation_failed',
  );
  add(has('cursor'), 'invalid_cursor');
  add(
    operation.requestBody !== undefined,
    ...(['validation_failed', 'malformed_body', 'payload_too_large', 'unsupported_media_type'] as const),
  );
  const named = mark(operation, 'problems');
  if (Array.isArray(named)) named.forEach((code: ProblemCode) => codes.add(code));
  return codes;
}
