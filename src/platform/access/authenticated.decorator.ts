import { SetMetadata } from '@nestjs/common';

/** Metadata key of routes that are for every account on purpose. */
export const IS_AUTHENTICATED = Symbol('IS_AUTHENTICATED');

/**
 * Says that a route is for every account on purpose, as its handler works on the caller's own rows or on none. Nothing
 * changes for callers; without it a route that has no other rule stands in the access matrix as `unguarded`.
 */
export const Authenticated = () => SetMetadata(IS_AUTHENTICATED, true);
