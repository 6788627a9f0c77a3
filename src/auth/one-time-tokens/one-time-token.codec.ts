import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring, type NamedKey } from '../../config/keyring';

const PURPOSE = 'one-time-token';
const PREFIX = 'lko_';
const ID_BYTES = 16;
const MAC_BYTES = 32;

/** One-time tokens: `lko_` and the base64url of an id (16 bytes) and an HMAC-SHA-256 over it (32 bytes). */
@Injectable()
export class OneTimeTokenCodec {
  constructor(private readonly keyring: Keyring) {}

  encode(id: string): string {
    const bytes = Buffer.from(parse(id));
    return PREFIX + Buffer.concat([bytes, mac(this.keyring.signing(PURPOSE), bytes)]).toString('base64url');
  }

  /** @returns the id; null unless every bit of the token is as we made it */
  decode(token: string): string | null {
    const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
    if (bytes.length !== ID_BYTES + MAC_BYTES || PREFIX + bytes.toString('base64url') !== token) return null;
    const id = bytes.subarray(0, ID_BYTES);
    const given = bytes.subarray(ID_BYTES);
    return this.keyring.all(PURPOSE).some((key) => timingSafeEqual(mac(key, id), given)) ? stringify(id) : null;
  }
}

const mac = ({ key }: NamedKey, id: Buffer) => createHmac('sha256', key).update(id).digest();
