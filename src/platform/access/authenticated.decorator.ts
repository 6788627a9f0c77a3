import { SetMetadata } from '@nestjs/common';

/** Metadata key of routes that are deliberately open to every account. */
export const IS_AUTHENTICATED = Symbol('IS_AUTHENTICATED');

/**
 * Declares that a route is deliberately open to every account: its handler works on the caller's own rows or on none.
 * Callers see no difference; without it, the access matrix lists a route that has no other rule as `unguarded`.
 */
export const Authenticated = () => SetMetadata(IS_AUTHENTICATED, true);
