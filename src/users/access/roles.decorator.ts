import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { MARKS } from '../../platform/openapi/operation';
import type { Role } from './roles';
import { REQUIRED_ROLES, RolesGuard } from './roles.guard';

/**
 * Routes answer only to accounts with one of these roles, 403 `forbidden` to all others, and the OpenAPI document says
 * so. A role that is given or taken counts from the next request on (ASVS 8.3.2).
 */
export const Roles = (...roles: [Role, ...Role[]]) =>
  applyDecorators(SetMetadata(REQUIRED_ROLES, roles), UseGuards(RolesGuard), ApiExtension(MARKS.roles, roles));
