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
import { MARKS } from '../platform/openapi/operation';
import { OWNED_ENTITY } from './owned-entity.key';
import type { OwnedEntity } from './owned.entity';
import { OwnershipGuard } from './ownership.guard';

/**
 * Routes with an `:id` answer only to the owner of that row: 400 for a malformed id, 404 when there is no such row,
 * 403 when it is another's. Routes without an `:id` are left to the handler, which asks for the caller's own rows.
 */
export const Owned = (Entity: Type<OwnedEntity>) =>
  applyDecorators(
    SetMetadata(OWNED_ENTITY, Entity),
    UseGuards(OwnershipGuard),
    ApiExtension(MARKS.owned, true),
    ApiExtension(MARKS.conflicts, canConflict(Entity)),
  );

/** Whether the database may refuse a row for others that are there or are not: documented as 409 `conflict`. */
function canConflict(Entity: Type<OwnedEntity>): boolean {
  const { uniques, indices, foreignKeys } = getMetadataArgsStorage();
  const isOwn = ({ target }: { target: unknown }) => target === Entity;
  return (
    uniques.some(isOwn) || foreignKeys.some(isOwn) || indices.some((index) => isOwn(index) && index.unique === true)
  );
}

/** Hands the row that the guard loaded to a handler, which never loads it again. */
export const OwnedResource = createParamDecorator((_: unknown, context: ExecutionContext): OwnedEntity => {
  const { ownedResource } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!ownedResource) throw new TypeError('OwnedResource needs @Owned() and an :id in the path');
  return ownedResource;
});
