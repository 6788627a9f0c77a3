import { Module } from '@nestjs/common';
import { NoticesModule } from '../notices/notices.module';
import { ImportableHashes } from './importable-hashes';
import { PasswordHasher } from './password-hasher';
import { PasswordsService } from './passwords.service';
import { Reauthentication } from './reauthentication';

/** What proves knowledge of a password. */
@Module({
  imports: [NoticesModule],
  providers: [ImportableHashes, PasswordHasher, PasswordsService, Reauthentication],
  exports: [ImportableHashes, PasswordsService, Reauthentication],
})
export class PasswordsModule {}
