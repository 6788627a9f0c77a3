import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../platform/problems/domain-error';
import type { Role } from './roles';

/** Metadata key of the roles of a route. */
export const REQUIRED_ROLES = Symbol('REQUIRED_ROLES');

/**
 * Admits accounts that currently have one of the roles, by the database and not by the token. Applied by `@Roles()`.
 */
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
