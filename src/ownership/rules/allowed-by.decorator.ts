import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { getMetadataArgsStorage } from 'typeorm';
import { MARKS } from '../../platform/openapi/operation';
import type { AccessRule } from './access-rule';
import { type NestedRow, type Row, ROW_ACCESS, type RowAccess } from './row-access';
import { RowAccessGuard } from './row-access.guard';

/**
 * Routes with an `:id` answer only to callers whom a rule lets: 400 for a malformed id, 404 when there is no such row,
 * 403 where the rule says no. Routes without an `:id` are left to the handler, which asks for the caller's own rows.
 * @param Rule a provider
 * @param Entity whose row `:id` names
 * @param nested rows within it: `{ taskId: within(Task, 'projectId') }`
 */
export function AllowedBy<T extends Row>(
  Rule: Type<AccessRule<T>>,
  Entity: Type<T>,
  nested: Readonly<Record<string, NestedRow>> = {},
) {
  const access: RowAccess = { Rule, Entity, nested };
  const written = Object.values(nested).at(-1)?.Entity ?? Entity;
  return applyDecorators(
    SetMetadata(ROW_ACCESS, access),
    UseGuards(RowAccessGuard),
    ApiExtension(MARKS.owned, true),
    ApiExtension(MARKS.conflicts, canConflict(written)),
  );
}

/** Whether the database may refuse a row for others that are there or are not: documented as 409 `conflict`. */
function canConflict(Entity: Type<object>): boolean {
  const { uniques, indices, foreignKeys } = getMetadataArgsStorage();
  const isOwn = ({ target }: { target: unknown }) => target === Entity;
  return (
    uniques.some(isOwn) || foreignKeys.some(isOwn) || indices.some((index) => isOwn(index) && index.unique === true)
  );
}

/**
 * Hands a row that the guard loaded to a handler, which never loads it again: the one of `:id`, or of the parameter that
 * is named, as `@LoadedRow('taskId')`.
 */
export const LoadedRow = createParamDecorator((parameter: string | undefined, context: ExecutionContext): Row => {
  const { rows } = context.switchToHttp().getRequest<FastifyRequest>();
  const row = rows?.[parameter ?? 'id'];
  if (!row) throw new TypeError('A row is handed over behind @Owned() or @AllowedBy(), for a parameter of the path');
  return row;
});
