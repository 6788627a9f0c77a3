import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { VerifiedCredentials } from './credentials.service';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard that checked the username and password. */
    verifiedUser?: VerifiedCredentials;
  }
}

/** Injects the account whose password `LocalAuthGuard` has just checked. */
export const VerifiedUser = createParamDecorator((_: unknown, context: ExecutionContext): VerifiedCredentials => {
  const { verifiedUser } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!verifiedUser) throw new TypeError('VerifiedUser needs LocalAuthGuard on the same route');
  return verifiedUser;
});
