import { type CanActivate, type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Database } from '../platform/database/database';
import { DomainError, noSuch } from '../platform/problems/domain-error';
import { parseId } from '../platform/validation/id.pipe';
import { OWNED_ENTITY } from './owned-entity.key';
import type { OwnedEntity } from './owned.entity';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the ownership guard. */
    ownedResource?: OwnedEntity;
  }
}

/** Loads the row of `:id` in one query and lets in nobody but its owner. Put in place by `@Owned()`. */
@Injectable()
export class OwnershipGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly database: Database,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { id?: string } }>>();
    if (request.params.id === undefined) return true;
    const Entity = this.reflector.getAllAndOverride<Type<OwnedEntity>>(OWNED_ENTITY, [
      context.getHandler(),
      context.getClass(),
    ]);
    const row = await this.database.findById(Entity, parseId(request.params.id));
    if (!row) throw noSuch(Entity.name);
    if (row.ownerId !== request.user?.id) throw new DomainError('forbidden', 'This belongs to another account.');
    request.ownedResource = row;
    return true;
  }
}
