import { Module } from '@nestjs/common';
import { EmailsModule } from '../../accounts/emails/emails.module';
import { RecoveryModule } from '../../auth/passwords/recovery/recovery.module';
import { Feature } from '../../platform/features/feature.decorator';
import { ForgotPasswordPageController } from './forgot-password-page.controller';
import { ResetPasswordPageController } from './reset-password-page.controller';
import { UndoEmailChangePageController } from './undo-email-change-page.controller';
import { VerifyEmailPageController } from './verify-email-page.controller';

/** Where mailed links lead: a new password, a verified address, a change of address undone. */
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
  },
})
@Module({
  imports: [RecoveryModule, EmailsModule],
  controllers: [
    ForgotPasswordPageController,
    ResetPasswordPageController,
    VerifyEmailPageController,
    UndoEmailChangePageController,
  ],
})
export class RecoveryPagesModule {}
