import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Actor, anonymous, user as userActor } from '../platform/audit/domain-events';
import { originOf } from '../platform/http/client/client-info';
import { DomainError } from '../platform/problems/domain-error';
import type { Scope } from './scopes';
import type { User } from './user.entity';

/** Who is calling, as the guards found out. */
export interface Principal {
  /** The id of the user. */
  readonly id: string;
  /** The session whose access token was sent; null for an API token. */
  readonly sessionId: string | null;
  /** What the API token that was sent is good for; null for a session, which is good for everything. */
  readonly scopes: readonly Scope[] | null;
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

/** Hands the caller's session to a handler that is not open to API tokens. */
export const CurrentSessionId = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { user } = context.switchToHttp().getRequest<FastifyRequest>();
  if (typeof user?.sessionId !== 'string') throw new DomainError('forbidden', 'This needs a session.');
  return user.sessionId;
});

/** Hands whoever is calling to a handler, for the audit trail: the user with where they call from, or somebody unknown. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const origin = originOf(request);
  return request.user ? userActor(request.user.id, origin) : anonymous(origin);
});
