import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring } from '../../platform/config/keyring';
import { SignedToken } from '../../platform/signing/signed-token';

/** One-time tokens: `lko_` and the base64url of an id (16 bytes) and an HMAC-SHA-256 over it (32 bytes). */
@Injectable()
export class OneTimeTokenCodec {
  private readonly tokens: SignedToken;

  constructor(keyring: Keyring) {
    this.tokens = new SignedToken(keyring, { purpose: 'one-time-token', prefix: 'lko_', length: 16 });
  }

  encode(id: string): string {
    return this.tokens.seal(Buffer.from(parse(id)));
  }

  /** @returns the id; null unless every bit of the token is as we made it */
  decode(token: string): string | null {
    const id = this.tokens.open(token);
    return id && stringify(id);
  }
}
