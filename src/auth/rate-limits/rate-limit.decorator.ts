import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';
import { MARKS } from '../../platform/openapi/operation';
import type { Policy } from './counters/limit';
import { RATE_LIMIT, RateLimitGuard } from './rate-limit.guard';

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
