import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../platform/problems/domain-error';

type Headers = Pick<FastifyRequest, 'headers'>;

/** `credentials` of RFC 6750, 2.1: the scheme, spaces, and exactly one b64token. */
const CREDENTIALS = /^bearer +([\w.~+/-]+=*)$/i;

/** The scheme followed by anything. */
const ANY_CREDENTIALS = /^bearer\s+\S/i;

/** The token of `Authorization: Bearer`; null if it is missing or malformed. */
export const bearerToken = ({ headers }: Headers): string | null =>
  CREDENTIALS.exec(headers.authorization ?? '')?.[1] ?? null;

/** Whether anything was sent as a bearer token, well-formed or not. */
export const sendsBearer = ({ headers }: Headers): boolean => ANY_CREDENTIALS.test(headers.authorization ?? '');

/** 401 for an invalid or expired token. */
export const invalidToken = () =>
  new DomainError('invalid_token', 'The access token is not valid: it expired, its session ended, or it is not ours.');
