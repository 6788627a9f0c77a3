import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring } from '../../platform/config/keyring';
import { TokenSigner } from '../../platform/signing/token-signer';

/** Challenge tokens: `lkc_` and the base64url of the id of a challenge (16 bytes) and an HMAC-SHA-256 over it (32 bytes). */
@Injectable()
export class ChallengeTokenCodec {
  private readonly tokens: TokenSigner;

  constructor(keyring: Keyring) {
    this.tokens = new TokenSigner(keyring, { purpose: 'challenge-token', prefix: 'lkc_', length: 16 });
  }

  encode(id: string): string {
    return this.tokens.sign(Buffer.from(parse(id)));
  }

  /** @returns the id of the challenge; null unless the token is exactly one that we signed */
  decode(token: string): string | null {
    const content = this.tokens.verify(token);
    return content && stringify(content);
  }
}
