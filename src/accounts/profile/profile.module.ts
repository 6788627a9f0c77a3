import { Module } from '@nestjs/common';
import { NoticesModule } from '../../auth/notices/notices.module';
import { ProofsModule } from '../../auth/proofs/proofs.module';
import { EXPORT, RENAME } from '../../auth/rate-limits/policies';
import { Feature } from '../../platform/features/feature.decorator';
import { AccountFieldsModule } from '../../users/fields/account-fields.module';
import { PersonalDataModule } from '../../users/personal-data/personal-data.module';
import { UsersModule } from '../../users/users.module';
import { AccountDeletionService } from './account-deletion.service';
import { AccountExportService } from './account-export.service';
import { AccountController } from './account.controller';
import { ProfileService } from './profile.service';

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'user.exported': NoDetails;
    'user.deleted': NoDetails;
  }
}

/** The caller's account: reading, renaming, exporting and deleting it. */
@Feature({
  name: 'profile',
  access: {
    'DELETE /users/me': 'authenticated, step-up',
    'GET /users/me': 'authenticated, token with account:read',
    'PATCH /users/me': 'authenticated',
    'GET /users/me/export': 'authenticated, step-up',
  },
  auditEvents: ['user.exported', 'user.deleted'],
  rateLimits: [EXPORT, RENAME],
})
@Module({
  imports: [UsersModule, AccountFieldsModule, PersonalDataModule, NoticesModule, ProofsModule],
  controllers: [AccountController],
  providers: [AccountDeletionService, AccountExportService, ProfileService],
  exports: [AccountDeletionService, AccountExportService, ProfileService],
})
export class ProfileModule {}
