import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Feature } from '../../platform/features/feature.decorator';
import { UsersModule } from '../../users/users.module';
import { NoticesModule } from '../notices/notices.module';
import { FactorAttempts } from './factor-attempts.entity';
import { FactorAttemptCounter } from './factor-attempts.service';
import { FactorAttempts1763721000000 } from './migrations/1763721000000-factor-attempts';
import { SecondFactors } from './second-factors.service';
import { SignInMethods } from './sign-in-methods.service';

declare module '../../platform/problems/problem-codes' {
  interface ProblemCodes {
    invalid_second_factor: true;
    last_sign_in_method: true;
  }
}

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'second-factor.refused': { method: string };
  }
}

/** What all kinds of second factors have in common, and what all ways to sign in have. */
@Feature({
  name: 'factors',
  problems: {
    invalid_second_factor: { status: 401, title: 'The second factor is not valid' },
    last_sign_in_method: { status: 409, title: 'It is the last way to sign in' },
  },
  auditEvents: ['second-factor.refused'],
  entities: [FactorAttempts],
  migrations: [FactorAttempts1763721000000],
})
@Module({
  imports: [DiscoveryModule, UsersModule, NoticesModule],
  providers: [FactorAttemptCounter, SecondFactors, SignInMethods],
  exports: [FactorAttemptCounter, SecondFactors, SignInMethods],
})
export class FactorsModule {}
