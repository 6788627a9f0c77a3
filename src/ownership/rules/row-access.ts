import type { Type } from '@nestjs/common';
import type { AccessRule } from './access-rule';

/** Metadata key of the row access of a controller or handler. */
export const ROW_ACCESS = Symbol('ROW_ACCESS');

/** A row that can be in a path. */
export interface Row {
  id: string;
}

/** A nested row. Created by `within()`. */
export interface NestedRow {
  readonly Entity: Type<Row>;
  /** The property with the id of the outer row. */
  readonly parent: string;
}

/** The rows in a path, and the rule for them. */
export interface RowAccess {
  readonly Rule: Type<AccessRule<never>>;
  /** The entity of `:id`. */
  readonly Entity: Type<Row>;
  /** The nested rows by parameter, from outer to inner. */
  readonly nested: Readonly<Record<string, NestedRow>>;
}

/** Declares nested rows, which belong to the outer row in the path: `{ taskId: within(Task, 'projectId') }`. */
export const within = <T extends Row>(Entity: Type<T>, parent: keyof T & string): NestedRow => ({ Entity, parent });
