import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { AccessRevoker } from './access-revoker';
import { AccountDeletionService } from './accounts/account-deletion.service';
import { AccountController } from './accounts/account.controller';
import { ApiTokensModule } from './api-tokens/api-tokens.module';
import { EmailRequestsService } from './emails/email-requests.service';
import { EmailUndoService } from './emails/email-undo.service';
import { EmailVerificationService } from './emails/email-verification.service';
import { EmailController } from './emails/email.controller';
import { NoticesModule } from './notices/notices.module';
import { OneTimeTokensModule } from './one-time-tokens/one-time-tokens.module';
import { PasswordChangeService } from './passwords/password-change.service';
import { PasswordResetRequestService } from './passwords/password-reset-request.service';
import { PasswordResetService } from './passwords/password-reset.service';
import { PasswordController } from './passwords/password.controller';
import { PasswordsModule } from './passwords/passwords.module';
import { SessionsModule } from './sessions/sessions.module';

/** Changing what lets somebody in, passwords and addresses, and taking all of it away. */
@Module({
  imports: [UsersModule, NoticesModule, PasswordsModule, SessionsModule, ApiTokensModule, OneTimeTokensModule],
  controllers: [AccountController, EmailController, PasswordController],
  providers: [
    AccountDeletionService,
    AccessRevoker,
    EmailRequestsService,
    EmailUndoService,
    EmailVerificationService,
    PasswordChangeService,
    PasswordResetRequestService,
    PasswordResetService,
  ],
  exports: [AccessRevoker],
})
export class RecoveryModule {}
