import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { MARKS } from '../platform/openapi/operation';
import { DomainError } from '../platform/problems/domain-error';
import type { Role } from './user.entity';

/** Metadata key of the roles of which a route asks for one. */
export const REQUIRED_ROLES = Symbol('REQUIRED_ROLES');

/** Lets in who has one of the roles now, by the database and not by the token. Put in place by `@Roles()`. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws DomainError `forbidden` */
  canActivate(context: ExecutionContext): boolean {
    const required = this.reflector.getAllAndOverride<readonly Role[]>(REQUIRED_ROLES, [
      context.getHandler(),
      context.getClass(),
    ]);
    const { user } = context.switchToHttp().getRequest<FastifyRequest>();
    if (user?.user.roles.some((role) => required.includes(role))) return true;
    throw new DomainError('forbidden', `This needs the role ${required.join(' or ')}.`);
  }
}

/**
 * Routes answer only to who has one of these roles, 403 `forbidden` to everybody else, and the OpenAPI document says
 * so. A role that is given or taken counts from the next request on (ASVS 8.3.2).
 */
export const Roles = (...roles: [Role, ...Role[]]) =>
  applyDecorators(SetMetadata(REQUIRED_ROLES, roles), UseGuards(RolesGuard), ApiExtension(MARKS.roles, roles));
