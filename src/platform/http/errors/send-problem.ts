import { HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isForeignKeyViolation, isUnavailable, isUniqueViolation, quotaOf } from '../../database/sql/database-errors';
import { isError } from '../../kernel/is-error';
import { DomainError, overloaded, quotaExceeded } from '../../problems/domain-error';
import { type ProblemCode, PROBLEMS } from '../../problems/problem-codes';
import type { ProblemDto } from '../../problems/problem.dto';
import { API_HEADERS } from '../answers/response-headers';

declare module 'fastify' {
  interface FastifyRequest {
    /** The problem in the response, for the log and the audit trail. */
    problem?: DomainError;
  }
}

/** Code and detail for errors of the framework, by status. */
const FRAMEWORK_PROBLEMS: Record<number, [ProblemCode, string]> = {
  400: ['malformed_body', 'The request cannot be read.'],
  401: ['unauthenticated', 'Send an access token as Authorization: Bearer.'],
  403: ['forbidden', 'You may not do this.'],
  404: ['not_found', 'There is nothing at this address.'],
  414: ['validation_failed', 'The address is too long.'],
  415: ['unsupported_media_type', 'Send the body as application/json.'],
};

/** The part of a request that describes an error. */
interface AnsweredRequest {
  routeOptions: Pick<FastifyRequest['routeOptions'], 'bodyLimit'>;
  body: unknown;
}

/** Sends a domain error as problem details (RFC 9457). */
export function sendProblem(error: DomainError, request: FastifyRequest, reply: FastifyReply): void {
  const { status } = PROBLEMS.get(error.code);
  request.problem = error;
  if (reply.sent) return;
  // The router refuses some addresses before any hook has run.
  reply.headers({ ...API_HEADERS, 'x-request-id': request.id });
  // The handler may have set these for a response that it did not finish.
  reply.removeHeader('location').removeHeader('content-disposition');
  // Fastify would close the connection, and a client that is still sending would get a reset instead of this response.
  // Without the header, Node reads and discards the rest, within the request timeout.
  if (status === 413) reply.removeHeader('connection');
  if (request.server.problemPresenters?.some((present) => present(error, request, reply))) return;
  if (status === 401) reply.header('www-authenticate', challenge(error.code));
  const body = JSON.stringify(problem(error, request));
  reply.code(status).headers(error.headers).type('application/problem+json').send(body);
}

/** RFC 6750, 3: no error code for requests without a token. */
const challenge = (code: ProblemCode) =>
  code === 'invalid_token' ? 'Bearer realm="latchkey", error="invalid_token"' : 'Bearer realm="latchkey"';

/**
 * Converts an exception to a domain error.
 * @param unique properties of the violated unique constraint; the error names those that the body contains
 */
export function toDomainError(
  exception: unknown,
  { routeOptions, body }: AnsweredRequest,
  unique: readonly string[] = [],
): DomainError {
  if (exception instanceof DomainError) return exception;
  // Fastify gives a status to what is wrong with a request, such as that its client goes away, which is a network error too.
  if (statusOf(exception) === 500 && isUnavailable(exception)) {
    return overloaded('The database is unavailable; try again shortly.', exception);
  }
  if (isUniqueViolation(exception)) return notUnique(exception, unique, body);
  const quota = quotaOf(exception);
  if (quota) return quotaExceeded(quota);
  if (isForeignKeyViolation(exception))
    return new DomainError('conflict', 'A row that this refers to no longer exists.');
  if (isError(exception) && 'code' in exception && exception.code === 'FST_ERR_BAD_URL') {
    return new DomainError('validation_failed', 'The address is not well-formed.', { cause: exception });
  }
  const status = exception instanceof HttpException ? exception.getStatus() : statusOf(exception);
  if (status === 413) {
    const detail = `The body is larger than the ${routeOptions.bodyLimit} bytes that this address reads.`;
    return new DomainError('payload_too_large', detail, { cause: exception });
  }
  const [code, detail] = FRAMEWORK_PROBLEMS[status] ?? ['internal_error', 'Something went wrong on our side.'];
  return new DomainError(code, detail, { cause: exception });
}

function notUnique(exception: unknown, unique: readonly string[], body: unknown): DomainError {
  const sent = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  const errors = unique
    .filter((property) => sent.includes(property))
    .map((property) => ({ pointer: `/${property}`, message: 'is already taken' }));
  return new DomainError('conflict', 'Another row has this already.', {
    ...(errors.length > 0 && { errors }),
    cause: exception,
  });
}

/** The status of one of Fastify's own errors. */
const statusOf = (exception: unknown): number =>
  isError(exception) && 'statusCode' in exception && typeof exception.statusCode === 'number'
    ? exception.statusCode
    : 500;

const problem = (error: DomainError, request: FastifyRequest): ProblemDto => ({
  type: `urn:latchkey:problem:${error.code}`,
  title: PROBLEMS.get(error.code).title,
  status: PROBLEMS.get(error.code).status,
  detail: error.message,
  instance: pathOf(request),
  code: error.code,
  requestId: request.id,
  ...(error.errors && { errors: error.errors }),
  ...(error.quota && { quota: error.quota }),
  ...(error.methods && { methods: [...error.methods] }),
});

/** The requested path without the query, which may contain data that must not be repeated. */
const pathOf = (request: FastifyRequest) => request.originalUrl.split('?', 1)[0] ?? '/';
