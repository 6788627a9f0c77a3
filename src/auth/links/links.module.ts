import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { HOUR_MS } from '../../platform/jobs/job';
import { UsersModule } from '../../users/users.module';
import { LinkMessages } from './link-messages.service';
import { OneTimeTokenCodec } from './one-time-token.codec';
import { OneTimeToken } from './one-time-token.entity';
import { OneTimeTokens } from './one-time-tokens.service';

/** Links that are good for one use, and the messages that carry them. */
@Feature({
  name: 'links',
  entities: [OneTimeToken],
  jobs: { 'purge-links': { everyMs: HOUR_MS, run: using(OneTimeTokens, (tokens) => tokens.purge()) } },
})
@Module({
  imports: [UsersModule],
  providers: [OneTimeTokenCodec, OneTimeTokens, LinkMessages],
  exports: [OneTimeTokens, LinkMessages],
})
export class LinksModule {}
