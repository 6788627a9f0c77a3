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
import { User } from './user.entity';
import { UsersService } from './users.service';

declare module '../platform/problems/problem-codes' {
  interface ProblemCodes {
    account_deactivated: true;
    username_taken: true;
    email_taken: true;
  }
}

declare module '../platform/audit/domain-events' {
  interface DomainEventDetails {
    'user.registered': NoDetails;
    'user.renamed': NoDetails;
    'user.deactivated': NoDetails;
    'user.reactivated': NoDetails;
    'user.roles-changed': { roles: readonly string[] };
  }
}

/** Accounts. */
@Feature({
  name: 'users',
  scopes: { 'account:read': 'Read the account.' },
  roles: { user: 'Owns data.', admin: 'Administers other accounts, and reads the audit trail.' },
  problems: {
    account_deactivated: { status: 403, title: 'The account is deactivated' },
    username_taken: { status: 409, title: 'The username is taken' },
    email_taken: { status: 409, title: 'The email address is taken' },
  },
  auditEvents: ['user.registered', 'user.renamed', 'user.deactivated', 'user.reactivated', 'user.roles-changed'],
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
  providers: [AccountHooks, AdminInvariant, EmailAddresses, UsersService],
  exports: [AccountHooks, AdminInvariant, EmailAddresses, UsersService],
})
export class UsersModule {}
