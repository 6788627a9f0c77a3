import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Feature } from '../../platform/features/feature.decorator';
import { UsersModule } from '../../users/users.module';
import { FactorsModule } from '../factors/factors.module';
import { REAUTHENTICATE } from '../rate-limits/policies';
import { Reauthentication } from './reauthentication.service';
import { StepUpService } from './step-up.service';

declare module '../../platform/problems/problem-codes' {
  interface ProblemCodes {
    invalid_credentials: true;
    step_up_required: true;
  }
}

/**
 * Reauthentication by the methods that rooms above provide. Global, so that a route only needs `@StepUp()`.
 */
@Feature({
  name: 'proofs',
  problems: {
    invalid_credentials: { status: 401, title: 'The credentials are not valid' },
    step_up_required: { status: 401, title: 'A recent authentication is required' },
  },
  rateLimits: [REAUTHENTICATE],
})
@Global()
@Module({
  imports: [DiscoveryModule, UsersModule, FactorsModule],
  providers: [Reauthentication, StepUpService],
  exports: [Reauthentication, StepUpService],
})
export class ProofsModule {}
