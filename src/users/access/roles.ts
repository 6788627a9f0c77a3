import { Vocabulary } from '../../platform/features/vocabulary';

/** What a user may be. A feature adds its own here by declaration merging, and registers them as `roles`. */
export interface RoleNames {
  user: true;
  admin: true;
}

/** What a user may do beyond their own data. */
export type Role = keyof RoleNames;

declare module '../../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /** What a user may be: what an account with the role may do, in a sentence. */
    readonly roles?: { readonly [R in Role]?: string };
  }
}

/** Every role. */
export const ROLES = new Vocabulary<Role, string>(({ roles }) => roles);
