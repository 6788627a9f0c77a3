import { Module } from '@nestjs/common';
import { Feature } from '../platform/features/feature.decorator';
import { ActivityModule } from './activity/activity.module';
import { AdministrationModule } from './administration/administration.module';
import { EmailsModule } from './emails/emails.module';
import { ImportsModule } from './imports/imports.module';
import { ProfileModule } from './profile/profile.module';
import { RegistrationsModule } from './registrations/registrations.module';

/** Account management for owners, administrators and operators. */
@Feature({
  name: 'accounts',
  tags: {
    Email: 'Verify, change, undo',
    Users: "The caller's account",
    Activity: "The activity of the caller's account",
    Administration: 'Other accounts and the audit trail, for administrators',
  },
})
@Module({
  imports: [ActivityModule, AdministrationModule, EmailsModule, ImportsModule, ProfileModule, RegistrationsModule],
})
export class AccountsModule {}
