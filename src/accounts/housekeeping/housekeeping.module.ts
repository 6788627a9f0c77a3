import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module';
import { Housekeeping } from './housekeeping.service';
import { UnverifiedRegistrations } from './unverified-registrations.service';

/** Purges expired rows. */
@Module({ imports: [UsersModule], providers: [Housekeeping, UnverifiedRegistrations] })
export class HousekeepingModule {}
