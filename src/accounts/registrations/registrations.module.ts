import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { HOUR_MS } from '../../platform/jobs/job';
import { UsersModule } from '../../users/users.module';
import { UnverifiedRegistrations } from './unverified-registrations.service';

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    /** A registration that was never verified and has expired. */
    'user.expired': NoDetails;
  }
}

/** Expiry of unverified registrations. */
@Feature({
  name: 'registrations',
  auditEvents: ['user.expired'],
  jobs: {
    'purge-unverified-registrations': {
      everyMs: HOUR_MS,
      run: using(UnverifiedRegistrations, (registrations) => registrations.purge()),
    },
  },
})
@Module({ imports: [UsersModule], providers: [UnverifiedRegistrations] })
export class RegistrationsModule {}
