import type { ExecutionContext } from '@nestjs/common';
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

/**
 * Marks a provider as an authentication scheme. Schemes with a lower order are asked first; the built-in ones have 100
 * and 200.
 */
export const IsAuthenticationScheme = DiscoveryService.createDecorator<{ order: number }>();
