import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';
import { MARKS } from '../../platform/openapi/operation';
import type { Policy } from './counters/limit';
import { RATE_LIMIT, RateLimitFormGuard, RateLimitGuard } from './rate-limit.guard';

const takesDevice = ({ limits }: Policy) => limits.some(({ subject }) => subject === 'device');

const DEVICE_TOKEN = {
  name: 'X-Device-Token',
  required: false,
  description: 'The device token of an earlier login; a browser sends it as a cookie by itself.',
};

/**
 * Limits the requests to a route, and documents its 429: `@RateLimit(LOGIN)`. In any case, and without a policy only
 * that, it limits the concurrent requests of one client network. The body is validated before anything is counted.
 * Place it below `@UseGuards()`, because the guards of lower decorators run first, and requests that later guards
 * refuse must have been counted.
 */
export const RateLimit = (...policies: readonly Policy[]) =>
  applyDecorators(
    SetMetadata(RATE_LIMIT, policies),
    UseGuards(RateLimitGuard),
    ...(policies.length > 0 ? [ApiExtension(MARKS.rateLimited, true)] : []),
    ...(policies.some(takesDevice) ? [ApiHeader(DEVICE_TOKEN)] : []),
  );

/**
 * Limits a form of a page like `@RateLimit()`, but only once its handler has validated the form and calls `form.admit()`:
 * an invalid form, which is shown again, must neither count nor leave rows. Also for addresses that other sites send
 * browsers to, which call `admitForm()`: what any site could have a browser request must not count.
 */
export const RateLimitForm = (...policies: readonly Policy[]) =>
  applyDecorators(SetMetadata(RATE_LIMIT, policies), UseGuards(RateLimitFormGuard));
