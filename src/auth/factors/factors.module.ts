import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { mailsIn } from '../../platform/mail/mail-templates.service';
import { UsersModule } from '../../users/users.module';
import { LinksModule } from '../links/links.module';
import { NoticesModule } from '../notices/notices.module';
import { SECOND_FACTOR } from '../rate-limits/policies';
import { FactorAttempts } from './factor-attempts.entity';
import { FactorAttemptCounter } from './factor-attempts.service';
import { FactorResets } from './factor-resets.service';
import { FactorAttempts1763721000000 } from './migrations/1763721000000-factor-attempts';
import { FactorResets1763726000000 } from './migrations/1763726000000-factor-resets';
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
    'second-factor-reset.requested': NoDetails;
    'second-factor-reset.canceled': NoDetails;
  }
}

/** What all kinds of second factors have in common, and what all ways to sign in have. */
@Feature({
  name: 'factors',
  problems: {
    invalid_second_factor: { status: 401, title: 'The second factor is not valid' },
    last_sign_in_method: { status: 409, title: 'This is the last way to sign in' },
  },
  linkPurposes: { 'keep-second-factor': { lifetimeMs: 3 * 86_400_000, page: 'keep-second-factor' } },
  mails: mailsIn(join(__dirname, 'templates'), {
    'second-factor-lost': using(FactorResets, (resets, message) => resets.prepare(message)),
  }),
  auditEvents: ['second-factor.refused', 'second-factor-reset.requested', 'second-factor-reset.canceled'],
  rateLimits: [SECOND_FACTOR],
  entities: [FactorAttempts],
  migrations: [FactorAttempts1763721000000, FactorResets1763726000000],
})
@Module({
  imports: [DiscoveryModule, UsersModule, NoticesModule, LinksModule],
  providers: [FactorAttemptCounter, FactorResets, SecondFactors, SignInMethods],
  exports: [FactorAttemptCounter, FactorResets, SecondFactors, SignInMethods],
})
export class FactorsModule {}
