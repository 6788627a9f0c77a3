import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring, type NamedKey } from '../../platform/config/keyring';
import { TokenSigner } from '../../platform/signing/token-signer';

const PURPOSE = 'email-code';
const DIGITS = 8;

/**
 * The two secrets of a request to sign in by mail, derived from its id, so that neither is stored. Challenge tokens: `lke_`
 * and the base64url of the id (16 bytes) and an HMAC-SHA-256 over it (32 bytes). Codes: 8 digits of another HMAC.
 */
@Injectable()
export class EmailChallengeCodec {
  private readonly tokens: TokenSigner;

  constructor(private readonly keyring: Keyring) {
    this.tokens = new TokenSigner(keyring, { purpose: 'email-challenge', prefix: 'lke_', length: 16 });
  }

  encode(id: string): string {
    return this.tokens.sign(Buffer.from(parse(id)));
  }

  /** @returns the id; null unless the token is exactly one that we signed */
  decode(token: string): string | null {
    const id = this.tokens.verify(token);
    return id && stringify(id);
  }

  /** The code that is mailed. */
  codeOf(id: string): string {
    return derive(this.keyring.signing(PURPOSE), id);
  }

  /** Whether a code is the one that was mailed, in constant time. */
  isCode(id: string, code: string): boolean {
    const given = Buffer.from(code);
    return this.keyring
      .all(PURPOSE)
      .map((key) => Buffer.from(derive(key, id)))
      .map((right) => given.length === right.length && timingSafeEqual(given, right))
      .includes(true);
  }
}

/** 64 bits modulo 10^8 are uniform up to 1 in 10^11. */
function derive({ key }: NamedKey, id: string): string {
  const mac = createHmac('sha256', key)
    .update(Buffer.from(parse(id)))
    .digest();
  return String(mac.readBigUInt64BE() % BigInt(10 ** DIGITS)).padStart(DIGITS, '0');
}
