import type { FastifyRequest } from 'fastify';
import { clientAddress } from './client-address';

/** The client that made a request. */
export interface ClientInfo {
  /** The address in canonical form; from a forwarded header only if a configured proxy sent it. */
  ipAddress: string;
  /** The User-Agent header; at most 512 characters. */
  userAgent: string | null;
}

const MAX_USER_AGENT = 512;

/** The client that made a request. */
export const clientInfoOf = (request: Pick<FastifyRequest, 'ip' | 'ips' | 'headers'>): ClientInfo => ({
  ipAddress: clientAddress(request),
  userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
});
