import { Module } from '@nestjs/common';
import { SigningKeysModule } from '../signing-keys/signing-keys.module';
import { AccessTokenKeys } from './access-token-keys.service';
import { AccessTokenService } from './access-token.service';
import { RefreshTokenCodec } from './refresh-token.codec';

/** Access tokens and refresh tokens. */
@Module({
  imports: [SigningKeysModule],
  providers: [AccessTokenKeys, AccessTokenService, RefreshTokenCodec],
  exports: [AccessTokenKeys, AccessTokenService, RefreshTokenCodec],
})
export class TokensModule {}
