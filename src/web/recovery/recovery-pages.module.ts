import { Module } from '@nestjs/common';
import { EmailsModule } from '../../accounts/emails/emails.module';
import { RecoveryModule } from '../../auth/passwords/recovery/recovery.module';
import { SecondFactorModule } from '../../auth/second-factor/second-factor.module';
import { Feature } from '../../platform/features/feature.decorator';
import { ForgotPasswordPageController } from './forgot-password-page.controller';
import { KeepSecondFactorPageController } from './keep-second-factor-page.controller';
import { ResetPasswordPageController } from './reset-password-page.controller';
import { UndoEmailChangePageController } from './undo-email-change-page.controller';
import { VerifyEmailPageController } from './verify-email-page.controller';

/** Where mailed links lead: a new password, a verified address, a change of address undone, second
 * factors kept. */
@Feature({
  name: 'recovery-pages',
  access: {
    'GET page /forgot-password': 'public',
    'POST page /forgot-password': 'public',
    'GET page /reset-password': 'public',
    'POST page /reset-password': 'public',
    'GET page /verify-email': 'public',
    'POST page /verify-email': 'public',
    'GET page /undo-email-change': 'public',
    'POST page /undo-email-change': 'public',
    'GET page /keep-second-factor': 'public',
    'POST page /keep-second-factor': 'public',
  },
})
@Module({
  imports: [RecoveryModule, EmailsModule, SecondFactorModule],
  controllers: [
    ForgotPasswordPageController,
    ResetPasswordPageController,
    VerifyEmailPageController,
    UndoEmailChangePageController,
    KeepSecondFactorPageController,
  ],
})
export class RecoveryPagesModule {}
