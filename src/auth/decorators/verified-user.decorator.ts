import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { User } from '../../users/user.entity';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard that checked username and password. */
    verifiedUser?: User;
  }
}

/** Hands the user whose password was just checked to a handler behind `LocalAuthGuard`. */
export const VerifiedUser = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  const { verifiedUser } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!verifiedUser) throw new TypeError('VerifiedUser needs LocalAuthGuard on the same route');
  return verifiedUser;
});
