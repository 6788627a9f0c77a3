import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../platform/audit/domain-events';
import { type ClientInfo, clientInfoOf } from '../platform/http/client/client-info';
import { DomainError } from '../platform/problems/domain-error';
import type { Scope } from './access/scopes';
import type { Authentication } from './assurance';
import type { User } from './user.entity';

/** The result of an authentication scheme; may be cached and shared by requests. */
export interface Identity {
  /** The id of the account. */
  readonly id: string;
  /** The current state of the account. */
  readonly user: User;
  /** The session that the credentials belong to; null for a scheme without sessions, such as API tokens. */
  readonly sessionId: string | null;
  /** The scopes of an API token; null for credentials without limits. */
  readonly scopes: readonly Scope[] | null;
  /** How and when the owner has authenticated; null for credentials that tell nothing about it, such as API tokens. */
  readonly authentication: Authentication | null;
  /** The sign-in that has to enroll a second factor, and may do nothing else; left out for all others. */
  readonly challengeId?: string;
}

/** The authenticated account of a request, with its credentials and client. The first argument of service methods. */
export class Caller implements Actor {
  readonly kind = 'user';
  /** The id of the account. */
  readonly id: string;
  /** The current state of the account. */
  readonly user: User;
  /** The session that the credentials belong to; null for a scheme without sessions, such as API tokens. */
  readonly sessionId: string | null;
  /** The scopes of an API token; null for credentials without limits. */
  readonly scopes: readonly Scope[] | null;
  /** How and when the owner has authenticated; null for credentials that tell nothing about it, such as API tokens. */
  readonly authentication: Authentication | null;
  /** The sign-in that has to enroll a second factor, and may do nothing else; null for all others. */
  readonly challengeId: string | null;

  constructor(
    identity: Identity,
    private readonly request: FastifyRequest,
  ) {
    this.challengeId = identity.challengeId ?? null;
    this.id = identity.id;
    this.user = identity.user;
    this.sessionId = identity.sessionId;
    this.scopes = identity.scopes;
    this.authentication = identity.authentication;
  }

  /** The client of the request. */
  get client(): ClientInfo {
    return clientInfoOf(this.request);
  }
}

/** An unauthenticated client on a `@Public()` route. */
export interface AnonymousCaller extends Actor {
  readonly kind: 'anonymous';
  readonly id: null;
  readonly client: ClientInfo;
}

/** An unauthenticated client. */
export const anonymous = (client: ClientInfo): AnonymousCaller => ({ kind: 'anonymous', id: null, client });

/** An account that has just authenticated by means other than a scheme: a password, or a mailed link. */
export const userActor = (id: string, client: ClientInfo | null): Actor => ({ kind: 'user', id, client });

/** @returns the caller's session; @throws DomainError `forbidden` for credentials without a session, such as API tokens */
export function sessionOf({ sessionId }: Caller): string {
  if (sessionId === null) throw new DomainError('forbidden', 'This needs a session.');
  return sessionId;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication guard; undefined on `@Public()` routes. */
    user?: Caller;
  }
}

/** The caller of a request. */
export const callerOf = (request: FastifyRequest): Caller | AnonymousCaller =>
  request.user ?? anonymous(clientInfoOf(request));

/**
 * Injects the caller into a handler: `create(@CurrentUser() caller: Caller)`, or on a `@Public()` route
 * `register(@CurrentUser() caller: AnonymousCaller)`.
 */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Caller | AnonymousCaller =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
