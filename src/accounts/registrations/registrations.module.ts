import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { HOUR_MS } from '../../platform/jobs/job';
import { UsersModule } from '../../users/users.module';
import { UnverifiedRegistrations } from './unverified-registrations.service';

/** Registrations that wait for their address to be verified. */
@Feature({
  name: 'registrations',
  jobs: {
    'purge-unverified-registrations': {
      everyMs: HOUR_MS,
      run: using(UnverifiedRegistrations, (registrations) => registrations.purge()),
    },
  },
})
@Module({ imports: [UsersModule], providers: [UnverifiedRegistrations] })
export class RegistrationsModule {}
