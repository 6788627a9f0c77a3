import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring } from '../../platform/config/keyring';
import { TokenSigner } from '../../platform/signing/token-signer';

/** One-time tokens: `lko_` and the base64url of an id (16 bytes) and an HMAC-SHA-256 over it (32 bytes). */
@Injectable()
export class OneTimeTokenCodec {
  private readonly tokens: TokenSigner;

  constructor(keyring: Keyring) {
    this.tokens = new TokenSigner(keyring, { purpose: 'one-time-token', prefix: 'lko_', length: 16 });
  }

  encode(id: string): string {
    return this.tokens.sign(Buffer.from(parse(id)));
  }

  /** @returns the id; null unless the token is exactly one that we signed */
  decode(token: string): string | null {
    const id = this.tokens.verify(token);
    return id && stringify(id);
  }
}
