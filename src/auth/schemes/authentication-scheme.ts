import { type ExecutionContext, SetMetadata, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../users/caller';

/** A way for a request to say who makes it. One provider, marked with `@IsAuthenticationScheme()`, adds one. */
export interface AuthenticationScheme {
  /**
   * Asked on every request to a route that is not public, so it must cost next to nothing for requests of other schemes.
   * @returns null when the request does not use this scheme
   * @throws DomainError `invalid_token` when it does, and its credentials are not valid
   */
  authenticate(request: FastifyRequest, context: ExecutionContext): Promise<Caller> | null;
}

/** How a scheme is asked. */
export interface SchemeOptions {
  /** Schemes of a lower order are asked first; those of the API have 100 and 200. Left out, only routes that name the scheme ask it. */
  order?: number;
}

/** Marks a provider as an authentication scheme. */
export const IsAuthenticationScheme = DiscoveryService.createDecorator<SchemeOptions>();

/** Metadata key of the one scheme that a route asks. */
export const NAMED_SCHEME = Symbol('NAMED_SCHEME');

/**
 * Routes ask this scheme and no other. A `@Public()` route asks it too: its caller is an account where the scheme finds one,
 * and anonymous otherwise.
 */
export const AuthenticatedBy = (Scheme: Type<AuthenticationScheme>) => SetMetadata(NAMED_SCHEME, Scheme);
