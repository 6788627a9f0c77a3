import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { HOUR_MS } from '../../platform/jobs/job';
import { UsersModule } from '../../users/users.module';
import { RecoveryCodesModule } from '../recovery-codes/recovery-codes.module';
import { RevocationModule } from '../revocation/revocation.module';
import { SignInModule } from '../sign-in/sign-in.module';
import { TotpAuthenticators1763723000000 } from './migrations/1763723000000-totp-authenticators';
import { TotpAuthenticator } from './totp-authenticator.entity';
import { TotpAuthenticators } from './totp-authenticators.service';
import { TotpEnrollment } from './totp-enrollment.service';
import { TotpController } from './totp.controller';
import { TotpFactor } from './totp.factor';

/** Authenticator apps. */
@Feature({
  name: 'totp',
  access: {
    'POST /auth/totp': 'authenticated, step-up',
    'POST /auth/totp/:id/confirm': 'authenticated, step-up',
    'DELETE /auth/totp/:id': 'authenticated, step-up',
  },
  entities: [TotpAuthenticator],
  migrations: [TotpAuthenticators1763723000000],
  jobs: {
    'purge-totp': { everyMs: HOUR_MS, run: using(TotpAuthenticators, (authenticators) => authenticators.purge()) },
  },
})
@Module({
  imports: [UsersModule, RecoveryCodesModule, RevocationModule, SignInModule],
  controllers: [TotpController],
  providers: [TotpAuthenticators, TotpEnrollment, TotpFactor],
  exports: [TotpAuthenticators, TotpEnrollment],
})
export class TotpModule {}
