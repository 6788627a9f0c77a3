import type { Type } from '@nestjs/common';
import type { AccessRule } from './access-rule';

/** Metadata key of the rows that a controller or handler is about. */
export const ROW_ACCESS = Symbol('ROW_ACCESS');

/** A row that can stand in a path. */
export interface Row {
  id: string;
}

/** A row within the one before it in the path. Made by `within()`. */
export interface NestedRow {
  readonly Entity: Type<Row>;
  /** The property that has the id of the row before it. */
  readonly parent: string;
}

/** Rows that a path names, and who may do what to them. */
export interface RowAccess {
  readonly Rule: Type<AccessRule<never>>;
  /** The entity of `:id`. */
  readonly Entity: Type<Row>;
  /** Those within it, by the names of their parameters, from the outer to the inner. */
  readonly nested: Readonly<Record<string, NestedRow>>;
}

/** The rows of an entity that belong to the row before them in a path: `{ taskId: within(Task, 'projectId') }`. */
export const within = <T extends Row>(Entity: Type<T>, parent: keyof T & string): NestedRow => ({ Entity, parent });
