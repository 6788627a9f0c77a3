import type { OpenAPIObject } from '@nestjs/swagger';
import { type ProblemCode, PROBLEMS } from '../common/problems/problem-codes';

type Responses = NonNullable<OpenAPIObject['paths'][string]['get']>['responses'];

/** An id as examples show it. */
export const EXAMPLE_ID = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';

const HEADERS: Record<number, Record<string, string>> = {
  401: { 'WWW-Authenticate': 'Bearer challenge (RFC 6750).' },
  429: { 'Retry-After': 'Seconds to wait.', RateLimit: 'What is left.', 'RateLimit-Policy': 'The limit.' },
  503: { 'Retry-After': 'Seconds to wait.' },
};

/** Field errors shown in the examples of the codes that carry them. */
const FIELD_ERRORS: Partial<Record<ProblemCode, { pointer: string; message: string }[]>> = {
  validation_failed: [{ pointer: '/field', message: 'must be a string' }],
  invalid_cursor: [{ pointer: '/cursor', message: 'must be a nextCursor of this list' }],
  username_taken: [{ pointer: '/username', message: 'is already taken' }],
  email_taken: [{ pointer: '/email', message: 'is already taken' }],
};

/** The documented error answers of an operation: one a status, with an example for each code. */
export function problemResponses(codes: ReadonlySet<ProblemCode>, path: string): Responses {
  const responses: Responses = {};
  const sorted = [...codes].sort();
  for (const status of new Set(sorted.map((code) => PROBLEMS[code].status))) {
    const group = sorted.filter((code) => PROBLEMS[code].status === status);
    const headers = Object.entries(HEADERS[status] ?? {}).map(
      ([name, description]) => [name, { description, schema: { type: 'string' } }] as const,
    );
    responses[status] = {
      description: group.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
      ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/ProblemDto' },
          examples: Object.fromEntries(group.map((code) => [code, { value: example(code, path) }])),
        },
      },
    };
  }
  return responses;
}

const example = (code: ProblemCode, path: string) => ({
  type: `urn:latchkey:problem:${code}`,
  title: PROBLEMS[code].title,
  status: PROBLEMS[code].status,
  detail: `${PROBLEMS[code].title}.`,
  instance: path.replaceAll(/\{\w+\}/g, EXAMPLE_ID),
  code,
  requestId: '9c1f0a7be2d34c55-42',
  ...(FIELD_ERRORS[code] && { errors: FIELD_ERRORS[code] }),
  ...(code === 'quota_exceeded' && { quota: { name: 'notes', limit: 100_000, used: 100_000 } }),
});
