import { Module } from '@nestjs/common';
import { AccessTokenService } from './access-token.service';
import { RefreshTokenCodec } from './refresh-token.codec';

/** Access tokens and refresh tokens. */
@Module({
  providers: [AccessTokenService, RefreshTokenCodec],
  exports: [AccessTokenService, RefreshTokenCodec],
})
export class TokensModule {}
