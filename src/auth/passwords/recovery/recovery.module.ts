import { Module } from '@nestjs/common';
import { UsersModule } from '../../../users/users.module';
import { LinksModule } from '../../links/links.module';
import { RevocationModule } from '../../revocation/revocation.module';
import { PasswordsModule } from '../passwords.module';
import { PasswordChangeService } from './password-change.service';
import { PasswordResetRequestService } from './password-reset-request.service';
import { PasswordResetService } from './password-reset.service';
import { PasswordController } from './password.controller';

/** Changing a password, and setting a new one for an owner who forgot it. */
@Module({
  imports: [UsersModule, PasswordsModule, LinksModule, RevocationModule],
  controllers: [PasswordController],
  providers: [PasswordChangeService, PasswordResetRequestService, PasswordResetService],
})
export class RecoveryModule {}
