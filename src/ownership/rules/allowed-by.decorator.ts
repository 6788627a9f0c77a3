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
 * Restricts routes with an `:id` to callers whom a rule admits: 400 for a malformed id, 404 for a missing row, 403 if
 * the rule denies access. Routes without an `:id` are left to the handler, which reads the caller's own rows.
 * @param Rule a provider
 * @param Entity the entity of `:id`
 * @param nested nested rows: `{ taskId: within(Task, 'projectId') }`
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

/** Whether a write can violate a unique or foreign key constraint: documented as 409 `conflict`. */
function canConflict(Entity: Type<object>): boolean {
  const { uniques, indices, foreignKeys } = getMetadataArgsStorage();
  const isOwn = ({ target }: { target: unknown }) => target === Entity;
  return (
    uniques.some(isOwn) || foreignKeys.some(isOwn) || indices.some((index) => isOwn(index) && index.unique === true)
  );
}

/**
 * Injects a row that the guard loaded, so that the handler does not load it again: that of `:id`, or of the named
 * parameter, as in `@LoadedRow('taskId')`.
 */
export const LoadedRow = createParamDecorator((parameter: string | undefined, context: ExecutionContext): Row => {
  const { rows } = context.switchToHttp().getRequest<FastifyRequest>();
  const row = rows?.[parameter ?? 'id'];
  if (!row) throw new TypeError('LoadedRow needs @Owned() or @AllowedBy(), and a parameter of the path');
  return row;
});
