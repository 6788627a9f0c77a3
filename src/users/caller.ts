import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../platform/audit/domain-events';
import { type ClientInfo, clientInfoOf } from '../platform/http/client/client-info';
import { DomainError } from '../platform/problems/domain-error';
import type { Scope } from './access/scopes';
import type { Proof } from './proof';
import type { User } from './user.entity';

/** What an authentication scheme finds out about a request; may be cached and shared by requests. */
export interface Identity {
  /** The id of the account. */
  readonly id: string;
  /** The account as the database has it now. */
  readonly user: User;
  /** The session that the credentials belong to; null for a scheme without sessions, such as API tokens. */
  readonly sessionId: string | null;
  /** What an API token is limited to; null for credentials that are good for everything. */
  readonly scopes: readonly Scope[] | null;
  /** How and when the owner proved to be one, as far as the scheme knows; null where it does not. */
  readonly proof: Proof | null;
}

/** An authenticated account that makes a request: how it authenticated, and from which client. The first argument of what it asks for. */
export class Caller implements Actor {
  readonly kind = 'user';
  /** The id of the account. */
  readonly id: string;
  /** The account as the database has it now. */
  readonly user: User;
  /** The session that the credentials belong to; null for a scheme without sessions, such as API tokens. */
  readonly sessionId: string | null;
  /** What an API token is limited to; null for credentials that are good for everything. */
  readonly scopes: readonly Scope[] | null;
  /** How and when the owner proved to be one, as far as the scheme knows; null where it does not. */
  readonly proof: Proof | null;

  constructor(
    identity: Identity,
    private readonly request: FastifyRequest,
  ) {
    this.id = identity.id;
    this.user = identity.user;
    this.sessionId = identity.sessionId;
    this.scopes = identity.scopes;
    this.proof = identity.proof;
  }

  /** Where the request came from. */
  get client(): ClientInfo {
    return clientInfoOf(this.request);
  }
}

/** An unauthenticated client, as `@Public()` routes see it. */
export interface AnonymousCaller extends Actor {
  readonly kind: 'anonymous';
  readonly id: null;
  readonly client: ClientInfo;
}

/** An unauthenticated client. */
export const anonymous = (client: ClientInfo): AnonymousCaller => ({ kind: 'anonymous', id: null, client });

/** An account that authenticated just now by something other than a scheme: a password, or the link in a message. */
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

/** Who makes a request. */
export const callerOf = (request: FastifyRequest): Caller | AnonymousCaller =>
  request.user ?? anonymous(clientInfoOf(request));

/**
 * Hands the caller to a handler: `create(@CurrentUser() caller: Caller)`, and on a `@Public()` route, where no account is
 * authenticated, `register(@CurrentUser() caller: AnonymousCaller)`.
 */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Caller | AnonymousCaller =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
