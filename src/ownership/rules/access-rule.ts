import { SetMetadata } from '@nestjs/common';
import type { Caller } from '../../users/caller';

/** What a request may do to a row. A feature adds its own actions here by declaration merging. */
export interface AccessActions {
  read: true;
  create: true;
  update: true;
  delete: true;
}

/**
 * What a request does to the row of `:id`: by its method, unless `@Action()` says otherwise. `create` makes a row within it;
 * to change or delete a row within it is an `update`.
 */
export type AccessAction = keyof AccessActions;

/** Decides who may do what to a row. A provider of the module whose routes name it in `@AllowedBy()`. */
export interface AccessRule<T extends object> {
  /** What a client is told that the rule does not let, in a sentence. */
  readonly refusal?: string;
  /**
   * @param row the one of the path's `:id`; rows within it follow it
   * @returns whether the caller may do this; 403 `forbidden` is answered where not
   */
  may(caller: Caller, row: T, action: AccessAction): boolean | Promise<boolean>;
}

/** Metadata key of what a route does. */
export const ACTION = Symbol('ACTION');

/** Says what a route does to its row, where its method does not: `@Post(':id/shares') @Action('share')`. */
export const Action = (action: AccessAction) => SetMetadata(ACTION, action);
