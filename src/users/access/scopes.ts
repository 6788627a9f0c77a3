import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { Vocabulary } from '../../platform/features/vocabulary';
import { MARKS } from '../../platform/openapi/operation';

/** The names of scopes. A feature adds its own by declaration merging and registers them as `scopes`. */
export interface ScopeNames {
  'account:read': true;
}

/** A scope of an API token. */
export type Scope = keyof ScopeNames;

declare module '../../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /** Scopes, each with a sentence that says what it permits. */
    readonly scopes?: { readonly [S in Scope]?: string };
  }
}

/** Every scope. */
export const SCOPES = new Vocabulary<Scope, string>(({ scopes }) => scopes);

/** Metadata key of the scopes of a route. */
export const REQUIRED_SCOPES = Symbol('REQUIRED_SCOPES');

/**
 * Opens a route to API tokens that have all of these scopes, and documents it in OpenAPI. Other routes refuse all API
 * tokens; access tokens of sessions need no scope.
 */
export const Scopes = (...scopes: [Scope, ...Scope[]]) =>
  applyDecorators(SetMetadata(REQUIRED_SCOPES, scopes), ApiExtension(MARKS.scopes, scopes));
