import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module';
import { ThrottlingModule } from '../throttling/throttling.module';
import { PasswordChangeService } from './password-change.service';
import { PasswordHasher } from './password-hasher';
import { PasswordPolicy } from './password-policy';
import { PasswordController } from './password.controller';
import { PasswordsService } from './passwords.service';

/** What proves knowledge of a password. */
@Module({
  imports: [SessionsModule, ThrottlingModule],
  controllers: [PasswordController],
  providers: [PasswordHasher, PasswordPolicy, PasswordsService, PasswordChangeService],
  exports: [PasswordPolicy, PasswordsService],
})
export class PasswordsModule {}
