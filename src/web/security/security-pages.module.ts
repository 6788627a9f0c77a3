import { Module } from '@nestjs/common';
import { ExternalModule } from '../../auth/external/external.module';
import { PasskeyLoginModule } from '../../auth/passkeys/login/passkey-login.module';
import { PasskeyManagementModule } from '../../auth/passkeys/management/management.module';
import { PasskeysModule } from '../../auth/passkeys/passkeys.module';
import { SecondFactorModule } from '../../auth/second-factor/second-factor.module';
import { TotpModule } from '../../auth/totp/totp.module';
import { TrustedDevicesModule } from '../../auth/trusted-devices/trusted-devices.module';
import { Feature } from '../../platform/features/feature.decorator';
import { AccountQuestionsPageController } from './account-questions-page.controller';
import { PasskeysPageController } from './passkeys-page.controller';
import { RecoveryCodesPageController } from './recovery-codes-page.controller';
import { SecurityPageController } from './security-page.controller';
import { StepUpPageController } from './step-up-page.controller';
import { TotpPageController } from './totp-page.controller';

/** What people do with the second factors of their own account. */
@Feature({
  name: 'security-pages',
  access: {
    'GET page /account/security': 'authenticated',
    'POST page /account/security/requirement': 'authenticated, step-up',
    'POST page /account/security/devices/:id/remove': 'authenticated, step-up',
    'GET page /account/security/totp': 'authenticated, step-up',
    'POST page /account/security/totp': 'authenticated, step-up',
    'GET page /account/security/totp/:id': 'authenticated, step-up',
    'POST page /account/security/totp/:id': 'authenticated, step-up',
    'GET page /account/security/totp/:id/remove': 'authenticated, step-up',
    'POST page /account/security/totp/:id/remove': 'authenticated, step-up',
    'GET page /account/security/passkeys': 'authenticated, step-up',
    'POST page /account/security/passkeys': 'authenticated, step-up',
    'POST page /account/security/passkeys/options': 'authenticated, step-up',
    'GET page /account/security/passkeys/:id': 'authenticated',
    'POST page /account/security/passkeys/:id': 'authenticated',
    'GET page /account/security/passkeys/:id/remove': 'authenticated, step-up',
    'POST page /account/security/passkeys/:id/remove': 'authenticated, step-up',
    'GET page /account/security/recovery-codes': 'authenticated, step-up',
    'POST page /account/security/recovery-codes': 'authenticated, step-up',
    'POST page /account/security/recovery-codes/file': 'authenticated',
    'GET page /account/step-up': 'authenticated',
    'POST page /account/step-up': 'authenticated',
    'POST page /account/step-up/options': 'authenticated',
  },
})
@Module({
  imports: [
    ...[PasskeyLoginModule, PasskeyManagementModule, PasskeysModule],
    ...[ExternalModule, SecondFactorModule, TotpModule, TrustedDevicesModule],
  ],
  controllers: [
    SecurityPageController,
    TotpPageController,
    PasskeysPageController,
    AccountQuestionsPageController,
    RecoveryCodesPageController,
    StepUpPageController,
  ],
})
export class SecurityPagesModule {}
