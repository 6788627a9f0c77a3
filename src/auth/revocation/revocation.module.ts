import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { UsersModule } from '../../users/users.module';
import { ApiTokensModule } from '../api-tokens/api-tokens.module';
import { ChallengesModule } from '../challenges/challenges.module';
import { FactorsModule } from '../factors/factors.module';
import { LinksModule } from '../links/links.module';
import { NoticesModule } from '../notices/notices.module';
import { SessionsModule } from '../sessions/sessions.module';
import { TrustedDevicesModule } from '../trusted-devices/trusted-devices.module';
import { AccessRevoker } from './access-revoker.service';
import { FactorChanges } from './factor-changes.service';

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'second-factor.added': { method: string };
    'second-factor.removed': { method: string };
    'second-factors.reset': { removed: number };
  }
}

/** Revokes everything that gives access to an account. */
@Feature({
  name: 'revocation',
  auditEvents: ['second-factor.added', 'second-factor.removed', 'second-factors.reset'],
})
@Module({
  imports: [
    ChallengesModule,
    FactorsModule,
    NoticesModule,
    TrustedDevicesModule,
    UsersModule,
    SessionsModule,
    ApiTokensModule,
    LinksModule,
  ],
  providers: [AccessRevoker, FactorChanges],
  exports: [AccessRevoker, FactorChanges],
})
export class RevocationModule {}
