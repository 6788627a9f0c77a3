import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { assertValidBody } from '../../platform/validation/valid-body';
import type { Policy } from './counters/limit';
import { RateLimits } from './rate-limits.service';

/** Metadata key of the policies of a route. */
export const RATE_LIMIT = Symbol('RATE_LIMIT');

declare module 'fastify' {
  interface FastifyRequest {
    /** Asks the limits of a form; set on routes with `@RateLimitForm()` until it is called. */
    admitForm?: (() => Promise<void>) | undefined;
  }
}

/**
 * Asks the limits of a route with `@RateLimitForm()`. Call it once what was sent is valid, before anything costly.
 * @throws DomainError `rate_limited`
 */
export async function admitForm(request: FastifyRequest): Promise<void> {
  const { admitForm: admit } = request;
  if (!admit) throw new TypeError('admitForm() needs @RateLimitForm() on the route');
  request.admitForm = undefined;
  await admit();
}

/** Validates the body, then asks the limits of the route. Applied by `@RateLimit()`. */
@Injectable()
export class RateLimitGuard implements CanActivate {
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

/** Leaves it to the handler when to ask the limits of the route. Applied by `@RateLimitForm()`. */
@Injectable()
export class RateLimitFormGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const policies = this.reflector.get<readonly Policy[]>(RATE_LIMIT, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.isRateLimited = true;
    request.admitForm = () => this.limits.admit(policies, request);
    return true;
  }
}
