import { Module } from '@nestjs/common';
import { Database } from '../../../platform/database/database.service';
import { Feature } from '../../../platform/features/feature.decorator';
import { using } from '../../../platform/features/provider-call';
import { newId } from '../../../platform/kernel/ids';
import { UsersModule } from '../../../users/users.module';
import { FactorsModule } from '../../factors/factors.module';
import { NoticesModule } from '../../notices/notices.module';
import { ExternalProvidersModule } from '../providers/external-providers.module';
import { ExternalIdentitiesController } from './external-identities.controller';
import { ExternalIdentities } from './external-identities.service';
import { ExternalIdentity } from './external-identity.entity';
import { ExternalIdentities1763740001000 } from './migrations/1763740001000-external-identities';

declare module '../../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'identity.linked': { provider: string };
    'identity.unlinked': { provider: string };
  }
}

declare module '../../../platform/problems/problem-codes' {
  interface ProblemCodes {
    too_many_identities: true;
  }
}

/** The accounts at providers that accounts are linked to. */
@Feature({
  name: 'external-identities',
  access: {
    'GET /users/me/identities': 'authenticated',
    'DELETE /users/me/identities/:id': 'authenticated, step-up',
  },
  problems: { too_many_identities: { status: 409, title: 'The account is linked to the maximum number of others' } },
  auditEvents: ['identity.linked', 'identity.unlinked'],
  entities: [ExternalIdentity],
  migrations: [ExternalIdentities1763740001000],
  personalData: { identities: using(ExternalIdentities, (identities, userId) => identities.export(userId)) },
  knownRows: {
    '/users/me/identities/{id}': using(Database, async (database, { owner }) => {
      const at = { userId: owner.id, provider: 'example', issuer: 'https://login.example.com', email: null };
      const row = { id: newId(), ...at, subject: newId(), createdAt: 0, lastUsedAt: null };
      return (await database.insert(ExternalIdentity, Object.assign(new ExternalIdentity(), row))).id;
    }),
  },
})
@Module({
  imports: [UsersModule, FactorsModule, NoticesModule, ExternalProvidersModule],
  controllers: [ExternalIdentitiesController],
  providers: [ExternalIdentities],
  exports: [ExternalIdentities],
})
export class ExternalIdentitiesModule {}
