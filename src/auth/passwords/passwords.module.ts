import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module';
import { NoticesModule } from '../notices/notices.module';
import { HashThreads } from './hashing/hash-threads.service';
import { PasswordHasher } from './password-hasher.service';
import { PasswordPolicy } from './password-policy.service';
import { PasswordReauthentication } from './password-reauthentication.service';
import { PasswordWriter } from './password-writer.service';
import { PasswordsService } from './passwords.service';

/** What proves knowledge of a password. */
@Module({
  imports: [UsersModule, NoticesModule],
  providers: [HashThreads, PasswordWriter, PasswordHasher, PasswordPolicy, PasswordReauthentication, PasswordsService],
  exports: [PasswordReauthentication, PasswordWriter, PasswordsService],
})
export class PasswordsModule {}
