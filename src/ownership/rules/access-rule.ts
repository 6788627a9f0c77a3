import { SetMetadata } from '@nestjs/common';
import type { Caller } from '../../users/caller';

/** The actions of requests on rows. A feature adds its own by declaration merging. */
export interface AccessActions {
  read: true;
  create: true;
  update: true;
  delete: true;
}

/**
 * The action of a request on the row of `:id`: by its method, unless `@Action()` sets another. `create` inserts a
 * nested row; changing or deleting a nested row is an `update`.
 */
export type AccessAction = keyof AccessActions;

/**
 * Decides whether a caller may perform an action on a row. A provider of the module whose routes name it in
 * `@AllowedBy()`.
 */
export interface AccessRule<T extends object> {
  /** The detail of the 403, in a sentence. */
  readonly refusal?: string;
  /**
   * @param row the row of the path's `:id`, which also stands for its nested rows
   * @returns whether the caller may do this; if not, the response is 403 `forbidden`
   */
  may(caller: Caller, row: T, action: AccessAction): boolean | Promise<boolean>;
}

/** Metadata key of the action of a route. */
export const ACTION = Symbol('ACTION');

/**
 * Sets the action of a route on its row, where the method does not imply it: `@Post(':id/shares') @Action('share')`.
 */
export const Action = (action: AccessAction) => SetMetadata(ACTION, action);
