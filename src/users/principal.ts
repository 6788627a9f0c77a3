import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../common/problems/domain-error';
import type { User } from './user.entity';

/** Who is calling, as the guards found out. */
export interface Principal {
  /** The id of the user. */
  readonly id: string;
  /** The session whose access token was sent. */
  readonly sessionId: string;
  /** The account as the database has it now. */
  readonly user: User;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication guard. */
    user?: Principal;
  }
}

/** Hands the caller to a handler: `create(@CurrentUser() caller: Principal)`. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { user } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!user) throw new DomainError('unauthenticated', 'Send an access token as Authorization: Bearer.');
  return user;
});
