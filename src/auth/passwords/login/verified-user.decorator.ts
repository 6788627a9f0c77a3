import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { VerifiedCredentials } from './credentials.service';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard that checked username and password. */
    verifiedUser?: VerifiedCredentials;
  }
}

/** Hands the account whose password was just checked to a handler behind `LocalAuthGuard`. */
export const VerifiedUser = createParamDecorator((_: unknown, context: ExecutionContext): VerifiedCredentials => {
  const { verifiedUser } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!verifiedUser) throw new TypeError('VerifiedUser needs LocalAuthGuard on the same route');
  return verifiedUser;
});
