import type { ExecutionContext } from '@nestjs/common';
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

/** Marks a provider as an authentication scheme. Schemes of a lower order are asked first; those of Latchkey have 100 and 200. */
export const IsAuthenticationScheme = DiscoveryService.createDecorator<{ order: number }>();
