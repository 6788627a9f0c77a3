import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { MARKS } from '../../platform/openapi/operation';
import { STEP_UP, StepUpGuard, type StepUpOptions } from './step-up.guard';

/**
 * Admits only callers whose owner has authenticated recently, at the highest level that the account can prove (RFC 9470):
 * with a second factor where the account has one. Others get 401 `step_up_required`, and continue after
 * `POST /auth/step-up`. Credentials without an owner at the keyboard, such as API tokens, get 403.
 */
export const StepUp = (options: StepUpOptions = {}) =>
  applyDecorators(
    SetMetadata(STEP_UP, options),
    UseGuards(StepUpGuard),
    ApiExtension(MARKS.stepUp, options.takesPassword ? 'password' : 'always'),
  );
