import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { MARKS } from '../../platform/openapi/operation';
import type { Role } from './roles';
import { REQUIRED_ROLES, RolesGuard } from './roles.guard';

/**
 * Restricts routes to accounts with one of these roles, with 403 `forbidden` for all others, and documents it in
 * OpenAPI. A role change takes effect with the next request (ASVS 8.3.2).
 */
export const Roles = (...roles: [Role, ...Role[]]) =>
  applyDecorators(SetMetadata(REQUIRED_ROLES, roles), UseGuards(RolesGuard), ApiExtension(MARKS.roles, roles));
