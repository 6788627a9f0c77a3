import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../platform/problems/domain-error';
import { StepUpService } from './step-up.service';

/** Metadata key of routes that need a recent authentication. */
export const STEP_UP = Symbol('STEP_UP');

/** What a route asks for. */
export interface StepUpOptions {
  /** Maximum age of the latest proof in seconds; 300 when left out. */
  maxAge?: number;
  /** The body takes the password, which is recent enough for an account without a second factor. */
  takesPassword?: boolean;
}

/** Maximum age of the latest proof in seconds, where a route does not name one. */
export const STEP_UP_MAX_AGE = 300;

/** Admits callers whose owner has authenticated recently. Applied by `@StepUp()`. */
@Injectable()
export class StepUpGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly stepUp: StepUpService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user: caller } = context.switchToHttp().getRequest<FastifyRequest>();
    const targets = [context.getHandler(), context.getClass()];
    const options = this.reflector.getAllAndOverride<StepUpOptions | undefined>(STEP_UP, targets) ?? {};
    if (!caller) throw new DomainError('unauthenticated', 'Send an access token as Authorization: Bearer.');
    const { maxAge = STEP_UP_MAX_AGE, takesPassword = false } = options;
    await this.stepUp.assertRecent(caller, { maxAge, takesPassword });
    return true;
  }
}
