import { Module } from '@nestjs/common';
import { FactorsModule } from '../../auth/factors/factors.module';
import { LinksModule } from '../../auth/links/links.module';
import { SessionsModule } from '../../auth/sessions/sessions.module';
import { Feature } from '../../platform/features/feature.decorator';
import { AccountFieldsModule } from '../../users/fields/account-fields.module';
import { UsersModule } from '../../users/users.module';
import { AuditEventsController } from './audit-events.controller';
import { UserAdministrationController } from './user-administration.controller';
import { UserAdministration } from './user-administration.service';

/** Management of other accounts and access to the audit trail, for administrators. */
@Feature({
  name: 'administration',
  knownRows: { '/admin/users/{id}': async ({ newAccount }) => (await newAccount()).id },
  access: {
    'GET /admin/audit-events': 'admin',
    'GET /admin/users': 'admin',
    'GET /admin/users/:id': 'admin',
    'PATCH /admin/users/:id': 'admin, step-up',
    'POST /admin/users/:id/password-reset': 'admin, step-up',
    'DELETE /admin/users/:id/second-factor': 'admin, step-up',
    'DELETE /admin/users/:id/sessions': 'admin, step-up',
  },
})
@Module({
  imports: [UsersModule, AccountFieldsModule, SessionsModule, LinksModule, FactorsModule],
  controllers: [AuditEventsController, UserAdministrationController],
  providers: [UserAdministration],
  exports: [UserAdministration],
})
export class AdministrationModule {}
