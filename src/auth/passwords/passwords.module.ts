import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module';
import { PasswordChangeService } from './password-change.service';
import { PasswordHasher } from './password-hasher';
import { PasswordController } from './password.controller';
import { PasswordsService } from './passwords.service';

/** What proves knowledge of a password. */
@Module({
  imports: [SessionsModule],
  controllers: [PasswordController],
  providers: [PasswordHasher, PasswordsService, PasswordChangeService],
  exports: [PasswordsService],
})
export class PasswordsModule {}
