import { Vocabulary } from '../../platform/features/vocabulary';

/** The names of roles. A feature adds its own by declaration merging and registers them as `roles`. */
export interface RoleNames {
  user: true;
  admin: true;
}

/** A role, which permits more than access to one's own data. */
export type Role = keyof RoleNames;

declare module '../../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /** Roles, each with a sentence that says what it permits. */
    readonly roles?: { readonly [R in Role]?: string };
  }
}

/** Every role. */
export const ROLES = new Vocabulary<Role, string>(({ roles }) => roles);
