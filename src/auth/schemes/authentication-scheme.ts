import { type ExecutionContext, SetMetadata, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../users/caller';

/** A way to authenticate a request. A provider marked with `@IsAuthenticationScheme()` adds one. */
export interface AuthenticationScheme {
  /**
   * Called on every request to a non-public route, so it must be cheap for requests that use other schemes.
   * @returns null when the request does not use this scheme
   * @throws DomainError `invalid_token` when it does and its credentials are invalid
   */
  authenticate(request: FastifyRequest, context: ExecutionContext): Promise<Caller> | null;
}

/** When a scheme is asked. */
export interface SchemeOptions {
  /**
   * Schemes with a lower order are asked first; those of the API have 100 and 200. A scheme without an order is asked only
   * by routes that name it.
   */
  order?: number;
}

/** Marks a provider as an authentication scheme. */
export const IsAuthenticationScheme = DiscoveryService.createDecorator<SchemeOptions>();

/** Metadata key of the only scheme that a route asks. */
export const NAMED_SCHEME = Symbol('NAMED_SCHEME');

/**
 * Routes ask this scheme and no other. A `@Public()` route asks it too: its caller is the account that the scheme finds, or
 * anonymous.
 */
export const AuthenticatedBy = (Scheme: Type<AuthenticationScheme>) => SetMetadata(NAMED_SCHEME, Scheme);
