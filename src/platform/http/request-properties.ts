import type { FastifyInstance } from 'fastify';

/** What guards and passport set on a request. */
const PROPERTIES = [
  'user',
  'verifiedUser',
  'rows',
  'problem',
  'loginCandidate',
  'sentDevices',
  'knownDevice',
  'isRateLimited',
  'rateLimitedAttempt',
  'limitedAccount',
  'exceededLimit',
  'authInfo',
  'login',
  'logIn',
  'logout',
  'logOut',
  'isAuthenticated',
  'isUnauthenticated',
];

/** Gives every request object all of its properties from the start, so that they all have one shape for V8. */
export function declareRequestProperties(fastify: FastifyInstance): void {
  for (const property of PROPERTIES) fastify.decorateRequest(property, undefined);
}
