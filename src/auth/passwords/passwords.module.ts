import { Module } from '@nestjs/common';
import { NoticesModule } from '../notices/notices.module';
import { PasswordHasher } from './password-hasher';
import { PasswordsService } from './passwords.service';
import { Reauthentication } from './reauthentication';

/** What proves knowledge of a password. */
@Module({
  imports: [NoticesModule],
  providers: [PasswordHasher, PasswordsService, Reauthentication],
  exports: [PasswordsService, Reauthentication],
})
export class PasswordsModule {}
