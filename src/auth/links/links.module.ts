import { Module } from '@nestjs/common';
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
export class LinksModule {}
