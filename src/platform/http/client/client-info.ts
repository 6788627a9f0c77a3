import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { clientAddress } from './client-address';

/** Where a request came from. */
export interface Origin {
  /** The address in canonical form, from a forwarded header only behind a configured proxy. */
  ipAddress: string;
  /** As the client named itself; at most 512 characters. */
  userAgent: string | null;
}

const MAX_USER_AGENT = 512;

/** Hands the request's origin to a handler. */
export const RequestOrigin = createParamDecorator((_: unknown, context: ExecutionContext): Origin =>
  originOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Where a request came from. */
export const originOf = (request: Pick<FastifyRequest, 'ip' | 'ips' | 'headers'>): Origin => ({
  ipAddress: clientAddress(request),
  userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
});
