import { Module } from '@nestjs/common';
import { AdministrationModule } from '../../accounts/administration/administration.module';
import { Feature } from '../../platform/features/feature.decorator';
import { AccountFieldsModule } from '../../users/fields/account-fields.module';
import { UsersModule } from '../../users/users.module';
import { AccountPages } from './account-pages.service';
import { AccountStatusPageController } from './account-status-page.controller';
import { AuditPageController } from './audit-page.controller';
import { UsersPageController } from './users-page.controller';

/** Accounts of others and the audit trail, for administrators. */
@Feature({
  name: 'administration-pages',
  access: {
    'GET page /admin/audit': 'admin',
    'GET page /admin/users': 'admin',
    'GET page /admin/users/:id': 'admin',
    'GET page /admin/users/:id/deactivate': 'admin, step-up',
    'POST page /admin/users/:id/deactivate': 'admin, step-up',
    'GET page /admin/users/:id/reactivate': 'admin',
    'POST page /admin/users/:id/reactivate': 'admin, step-up',
    'POST page /admin/users/:id/password-reset': 'admin, step-up',
    'GET page /admin/users/:id/second-factors/remove': 'admin, step-up',
    'POST page /admin/users/:id/second-factors/remove': 'admin, step-up',
    'POST page /admin/users/:id/roles': 'admin, step-up',
    'POST page /admin/users/:id/sessions/end': 'admin, step-up',
  },
  site: { menu: [{ label: 'Administration', href: '/admin/users', audience: 'administrators' }] },
})
@Module({
  imports: [AdministrationModule, AccountFieldsModule, UsersModule],
  controllers: [AuditPageController, AccountStatusPageController, UsersPageController],
  providers: [AccountPages],
})
export class AdministrationPagesModule {}
