import { Module } from '@nestjs/common';
import { Feature } from '../platform/features/feature.decorator';
import { AccountHooks } from './account-hooks.service';
import { AdminInvariant } from './admin-invariant.service';
import { EmailAddresses } from './email-addresses.service';
import { AccountsAndNotes1763676000000 } from './migrations/1763676000000-accounts-and-notes';
import { Administration1763693000000 } from './migrations/1763693000000-administration';
import { CredentialVersion1763710000000 } from './migrations/1763710000000-credential-version';
import { DomainsInUnicode1763711000000 } from './migrations/1763711000000-domains-in-unicode';
import { UnprovenRegistrations1763711100000 } from './migrations/1763711100000-unproven-registrations';
import { PersonalData } from './personal-data.service';
import { User } from './user.entity';
import { UsersService } from './users.service';

/** Accounts. */
@Feature({
  name: 'users',
  entities: [User],
  migrations: [
    AccountsAndNotes1763676000000,
    Administration1763693000000,
    CredentialVersion1763710000000,
    DomainsInUnicode1763711000000,
    UnprovenRegistrations1763711100000,
  ],
})
@Module({
  providers: [AccountHooks, AdminInvariant, EmailAddresses, PersonalData, UsersService],
  exports: [AccountHooks, AdminInvariant, EmailAddresses, PersonalData, UsersService],
})
export class UsersModule {}
