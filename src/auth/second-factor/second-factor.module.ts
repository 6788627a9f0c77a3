import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import type { KnownAccounts } from '../../platform/features/known-good';
import { using } from '../../platform/features/provider-call';
import { newId } from '../../platform/kernel/ids';
import { UsersModule } from '../../users/users.module';
import { ChallengesModule } from '../challenges/challenges.module';
import { FactorsModule } from '../factors/factors.module';
import { knownLink } from '../links/known-link';
import { LinksModule } from '../links/links.module';
import { NoticesModule } from '../notices/notices.module';
import { CHANGE_SECOND_FACTOR } from '../rate-limits/policies';
import { RecoveryCodesModule } from '../recovery-codes/recovery-codes.module';
import { RevocationModule } from '../revocation/revocation.module';
import { SessionsModule } from '../sessions/sessions.module';
import { SignInModule } from '../sign-in/sign-in.module';
import { TotpModule } from '../totp/totp.module';
import { TrustedDevicesModule } from '../trusted-devices/trusted-devices.module';
import { TrustedDevices } from '../trusted-devices/trusted-devices.service';
import { LostFactors } from './lost-factors.service';
import { SecondFactorSettings } from './second-factor-settings.service';
import { SecondFactorController } from './second-factor.controller';
import { SecondStep } from './second-step.service';
import { StepUps } from './step-ups.service';

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'second-factor.requirement-changed': { required: boolean };
    'recovery-codes.made': NoDetails;
  }
}

/** Second factors of accounts: the second step of a login, step-up, and what owners decide about them. */
@Feature({
  name: 'second-factor',
  knownBodies: {
    'POST /auth/step-up': ({ owner: { password } }: KnownAccounts) => ({ password }),
    'POST /auth/second-factor/keep': knownLink('keep-second-factor'),
    'PUT /auth/second-factor': () => ({ required: false }),
  },
  knownRows: {
    '/auth/trusted-devices/{id}': using(TrustedDevices, async (devices, { owner }: KnownAccounts) => {
      const client = { ipAddress: '127.0.0.1', userAgent: null };
      return (await devices.trust(owner.id, newId(), client)) ?? newId();
    }),
  },
  access: {
    'POST /auth/second-factor': 'public',
    'POST /auth/second-factor/lost': 'public',
    'POST /auth/second-factor/keep': 'public',
    'GET /auth/second-factor': 'authenticated',
    'PUT /auth/second-factor': 'authenticated, step-up',
    'POST /auth/recovery-codes': 'authenticated, step-up',
    'DELETE /auth/trusted-devices/:id': 'authenticated, step-up',
    'POST /auth/step-up': 'authenticated',
  },
  rateLimits: [CHANGE_SECOND_FACTOR],
  auditEvents: ['second-factor.requirement-changed', 'recovery-codes.made'],
  jobs: {
    'remove-lost-factors': { everyMs: 600_000, run: using(LostFactors, (lost) => lost.removeDue()) },
  },
  personalData: { secondFactor: using(SecondFactorSettings, (settings, userId) => settings.export(userId)) },
})
@Module({
  imports: [
    ...[UsersModule, FactorsModule, NoticesModule, RecoveryCodesModule, RevocationModule, SessionsModule],
    ...[ChallengesModule, LinksModule, SignInModule, TotpModule, TrustedDevicesModule],
  ],
  controllers: [SecondFactorController],
  providers: [LostFactors, SecondFactorSettings, SecondStep, StepUps],
  exports: [LostFactors, SecondFactorSettings, SecondStep, StepUps],
})
export class SecondFactorModule {}
