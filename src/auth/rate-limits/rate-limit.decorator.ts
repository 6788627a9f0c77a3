import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { MARKS } from '../../platform/openapi/operation';
import { assertValidBody } from '../../platform/validation/valid-body';
import type { Policy } from './counters/limit';
import { RateLimits } from './rate-limits.service';

const RATE_LIMIT = Symbol('RATE_LIMIT');

@Injectable()
class RateLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policies = this.reflector.get<readonly Policy[]>(RATE_LIMIT, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.isRateLimited = true;
    await assertValidBody(context);
    await this.limits.admit(policies, request);
    return true;
  }
}

const takesDevice = ({ limits }: Policy) => limits.some(({ subject }) => subject === 'device');

const DEVICE_TOKEN = {
  name: 'X-Device-Token',
  required: false,
  description: 'The device token of an earlier login; a browser sends it as a cookie by itself.',
};

/**
 * Limits the requests to a route, and documents its 429: `@RateLimit(LOGIN)`. Without a policy it limits only how many of
 * one client network are under way at once, as on every route that has it. The body is validated before anything is
 * counted. Stands below `@UseGuards()`, as the guards of the lower decorator run first and what they refuse has to be
 * counted.
 */
export const RateLimit = (...policies: readonly Policy[]) =>
  applyDecorators(
    SetMetadata(RATE_LIMIT, policies),
    UseGuards(RateLimitGuard),
    ...(policies.length > 0 ? [ApiExtension(MARKS.rateLimited, true)] : []),
    ...(policies.some(takesDevice) ? [ApiHeader(DEVICE_TOKEN)] : []),
  );
