import { Module } from '@nestjs/common';
import { AdminInvariant } from './admin-invariant.service';
import { EmailAddresses } from './email-addresses.service';
import { PersonalData } from './personal-data.service';
import { UsersService } from './users.service';

/** Accounts. */
@Module({
  providers: [AdminInvariant, EmailAddresses, PersonalData, UsersService],
  exports: [AdminInvariant, EmailAddresses, PersonalData, UsersService],
})
export class UsersModule {}
