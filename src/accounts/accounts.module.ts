import { Module } from '@nestjs/common';
import { ActivityModule } from './activity/activity.module';
import { AdministrationModule } from './administration/administration.module';
import { EmailsModule } from './emails/emails.module';
import { HousekeepingModule } from './housekeeping/housekeeping.module';
import { ImportsModule } from './imports/imports.module';
import { ProfileModule } from './profile/profile.module';

/** What a person, an administrator or an operator does with an account. */
@Module({
  imports: [ActivityModule, AdministrationModule, EmailsModule, HousekeepingModule, ImportsModule, ProfileModule],
})
export class AccountsModule {}
