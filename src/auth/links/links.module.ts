import { Module } from '@nestjs/common';
import { HOUR_MS } from '../../platform/jobs/job';
import { Scheduler } from '../../platform/jobs/scheduler.service';
import { UsersModule } from '../../users/users.module';
import { LinkMessages } from './link-messages.service';
import { OneTimeTokenCodec } from './one-time-token.codec';
import { OneTimeTokens } from './one-time-tokens.service';

/** Links that are good for one use, and the messages that carry them. */
@Module({
  imports: [UsersModule],
  providers: [OneTimeTokenCodec, OneTimeTokens, LinkMessages],
  exports: [OneTimeTokens, LinkMessages],
})
export class LinksModule {
  constructor(scheduler: Scheduler, tokens: OneTimeTokens) {
    scheduler.register({ name: 'purge-links', everyMs: HOUR_MS, run: () => tokens.purge() });
  }
}
