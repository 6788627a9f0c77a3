import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Feature } from '../../platform/features/feature.decorator';
import { UsersModule } from '../../users/users.module';
import { NoticesModule } from '../notices/notices.module';
import { SECOND_FACTOR } from '../rate-limits/policies';
import { FactorAttempts } from './factor-attempts.entity';
import { FactorAttemptCounter } from './factor-attempts.service';
import { FactorAttempts1763721000000 } from './migrations/1763721000000-factor-attempts';
import { SecondFactors } from './second-factors.service';

declare module '../../platform/problems/problem-codes' {
  interface ProblemCodes {
    invalid_second_factor: true;
  }
}

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'second-factor.refused': { method: string };
  }
}

/** What all kinds of second factors have in common. */
@Feature({
  name: 'factors',
  problems: { invalid_second_factor: { status: 401, title: 'The second factor is not valid' } },
  auditEvents: ['second-factor.refused'],
  rateLimits: [SECOND_FACTOR],
  entities: [FactorAttempts],
  migrations: [FactorAttempts1763721000000],
})
@Module({
  imports: [DiscoveryModule, UsersModule, NoticesModule],
  providers: [FactorAttemptCounter, SecondFactors],
  exports: [FactorAttemptCounter, SecondFactors],
})
export class FactorsModule {}
