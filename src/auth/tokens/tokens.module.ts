import { Module } from '@nestjs/common';
import { AccessTokenService } from './access-token.service';
import { RefreshTokenCodec } from './refresh-token.codec';

/** The two kinds of tokens of a session. */
@Module({
  providers: [AccessTokenService, RefreshTokenCodec],
  exports: [AccessTokenService, RefreshTokenCodec],
})
export class TokensModule {}
