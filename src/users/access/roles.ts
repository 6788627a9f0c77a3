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
import { Vocabulary } from '../../platform/features/vocabulary';
import { MARKS } from '../../platform/openapi/operation';
import { DomainError } from '../../platform/problems/domain-error';

/** What a user may be. A feature adds its own here by declaration merging, and registers them as `roles`. */
export interface RoleNames {
  user: true;
  admin: true;
}

/** What a user may do beyond their own data. */
export type Role = keyof RoleNames;

declare module '../../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /** What a user may be: what an account with the role may do, in a sentence. */
    readonly roles?: { readonly [R in Role]?: string };
  }
}

/** Every role. */
export const ROLES = new Vocabulary<Role, string>(({ roles }) => roles);

/** Metadata key of the roles of which a route asks for one. */
export const REQUIRED_ROLES = Symbol('REQUIRED_ROLES');

/** Admits accounts that have one of the roles now, by the database and not by the token. Put in place by `@Roles()`. */
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
 * Routes answer only to accounts with one of these roles, 403 `forbidden` to all others, and the OpenAPI document says
 * so. A role that is given or taken counts from the next request on (ASVS 8.3.2).
 */
export const Roles = (...roles: [Role, ...Role[]]) =>
  applyDecorators(SetMetadata(REQUIRED_ROLES, roles), UseGuards(RolesGuard), ApiExtension(MARKS.roles, roles));
