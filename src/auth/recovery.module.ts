import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { AccessRevoker } from './access-revoker';
import { ApiTokensModule } from './api-tokens/api-tokens.module';
import { EmailRequestsService } from './emails/email-requests.service';
import { EmailUndoService } from './emails/email-undo.service';
import { EmailVerificationService } from './emails/email-verification.service';
import { EmailController } from './emails/email.controller';
import { OneTimeTokensModule } from './one-time-tokens/one-time-tokens.module';
import { PasswordChangeService } from './passwords/password-change.service';
import { PasswordResetRequestService } from './passwords/password-reset-request.service';
import { PasswordResetService } from './passwords/password-reset.service';
import { PasswordController } from './passwords/password.controller';
import { PasswordsModule } from './passwords/passwords.module';
import { SessionsModule } from './sessions/sessions.module';
import { ThrottlingModule } from './throttling/throttling.module';

/** Changing what lets somebody in: passwords and addresses. */
@Module({
  imports: [UsersModule, PasswordsModule, SessionsModule, ApiTokensModule, OneTimeTokensModule, ThrottlingModule],
  controllers: [EmailController, PasswordController],
  providers: [
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
