import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { Vocabulary } from '../../platform/features/vocabulary';
import { MARKS } from '../../platform/openapi/operation';

/** What an API token may be good for. A feature adds its own here by declaration merging, and registers them as `scopes`. */
export interface ScopeNames {
  'account:read': true;
}

/** One of the things an API token may be good for. */
export type Scope = keyof ScopeNames;

declare module '../../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /** What API tokens may be good for: what a token with the scope may do, in a sentence. */
    readonly scopes?: { readonly [S in Scope]?: string };
  }
}

/** Every scope. */
export const SCOPES = new Vocabulary<Scope, string>(({ scopes }) => scopes);

/** Metadata key of the scopes that a route asks of an API token. */
export const REQUIRED_SCOPES = Symbol('REQUIRED_SCOPES');

/**
 * Opens a route to API tokens that have all of these scopes, and says so in the OpenAPI document. A route without it
 * is closed to every API token; an access token of a session needs no scope.
 */
export const Scopes = (...scopes: [Scope, ...Scope[]]) =>
  applyDecorators(SetMetadata(REQUIRED_SCOPES, scopes), ApiExtension(MARKS.scopes, scopes));
