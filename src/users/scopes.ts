import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { MARKS } from '../platform/openapi/operation';

/** What an API token may be good for. A team's module adds its own here. */
export const SCOPES = ['notes:read', 'notes:write', 'account:read'] as const;

/** One of the things an API token may be good for. */
export type Scope = (typeof SCOPES)[number];

/** Metadata key of the scopes that a route asks of an API token. */
export const REQUIRED_SCOPES = Symbol('REQUIRED_SCOPES');

/**
 * Opens a route to API tokens that have all of these scopes, and says so in the OpenAPI document. A route without it
 * is closed to every API token; an access token of a session needs no scope.
 */
export const Scopes = (...scopes: [Scope, ...Scope[]]) =>
  applyDecorators(SetMetadata(REQUIRED_SCOPES, scopes), ApiExtension(MARKS.scopes, scopes));
