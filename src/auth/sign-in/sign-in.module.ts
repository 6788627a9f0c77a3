import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { UsersModule } from '../../users/users.module';
import { ChallengesModule } from '../challenges/challenges.module';
import { FactorsModule } from '../factors/factors.module';
import { SessionsModule } from '../sessions/sessions.module';
import { TokensModule } from '../tokens/tokens.module';
import { TrustedDevicesModule } from '../trusted-devices/trusted-devices.module';
import { EnrolledProofs } from './enrolled-proofs.service';
import { SignInController } from './sign-in.controller';
import { SignInService } from './sign-in.service';

declare module '../../platform/problems/problem-codes' {
  interface ProblemCodes {
    email_unverified: true;
  }
}

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'session.refused': { reason: 'unknown-account' | 'wrong-password' | 'account-deactivated' | 'email-unverified' };
  }
}

/** Starts sessions for proofs of any method. */
@Feature({
  name: 'sign-in',
  knownBodies: {
    'POST /auth/refresh': async ({ owner }) => ({ refreshToken: (await owner.newSession()).refreshToken }),
  },
  access: {
    'POST /auth/logout': 'authenticated',
    'POST /auth/refresh': 'public',
  },
  auditEvents: ['session.refused'],
  problems: { email_unverified: { status: 403, title: 'The email address is not verified' } },
})
@Module({
  imports: [UsersModule, SessionsModule, TokensModule, ChallengesModule, FactorsModule, TrustedDevicesModule],
  controllers: [SignInController],
  providers: [EnrolledProofs, SignInService],
  exports: [EnrolledProofs, SignInService],
})
export class SignInModule {}
