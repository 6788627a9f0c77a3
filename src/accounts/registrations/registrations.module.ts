import { Module } from '@nestjs/common';
import { HOUR_MS } from '../../platform/jobs/job';
import { Scheduler } from '../../platform/jobs/scheduler.service';
import { Clock } from '../../platform/kernel/clock';
import { UsersModule } from '../../users/users.module';
import { UnverifiedRegistrations } from './unverified-registrations.service';

/** Registrations that wait for their address to be verified. */
@Module({ imports: [UsersModule], providers: [UnverifiedRegistrations] })
export class RegistrationsModule {
  constructor(scheduler: Scheduler, clock: Clock, registrations: UnverifiedRegistrations) {
    const name = 'purge-unverified-registrations';
    scheduler.register({ name, everyMs: HOUR_MS, run: () => registrations.purge(clock.now()) });
  }
}
