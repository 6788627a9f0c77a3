import { Module } from '@nestjs/common';
import { NoticesModule } from '../notices/notices.module';
import { HashThreads } from './hashing/hash-threads';
import { NewPasswords } from './new-passwords';
import { PasswordHasher } from './password-hasher';
import { PasswordPolicy } from './password-policy';
import { PasswordsService } from './passwords.service';
import { Reauthentication } from './reauthentication';

/** What proves knowledge of a password. */
@Module({
  imports: [NoticesModule],
  providers: [HashThreads, NewPasswords, PasswordHasher, PasswordPolicy, PasswordsService, Reauthentication],
  exports: [NewPasswords, PasswordsService, Reauthentication],
})
export class PasswordsModule {}
