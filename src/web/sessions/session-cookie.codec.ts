import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring } from '../../platform/config/keyring';
import { TokenSigner } from '../../platform/signing/token-signer';

/** What a session cookie says. */
export interface SessionCookieContent {
  sessionId: string;
  userId: string;
  /** How often the token of the session was replaced; only the newest is valid. */
  rotation: number;
}

const ID_BYTES = 16;
const ROTATION_BYTES = 4;

/** Session cookies: `lks_` and the base64url of two ids (16 bytes each), a number (4) and an HMAC-SHA-256 over them (32). */
@Injectable()
export class SessionCookieCodec {
  private readonly signer: TokenSigner;

  constructor(keyring: Keyring) {
    const length = 2 * ID_BYTES + ROTATION_BYTES;
    this.signer = new TokenSigner(keyring, { purpose: 'session-cookie', prefix: 'lks_', length });
  }

  encode({ sessionId, userId, rotation }: SessionCookieContent): string {
    const number = Buffer.alloc(ROTATION_BYTES);
    number.writeUInt32BE(rotation);
    return this.signer.sign(Buffer.concat([parse(sessionId), parse(userId), number]));
  }

  /** @returns null unless every bit of the token is as it was made here */
  decode(token: string): SessionCookieContent | null {
    const content = this.signer.verify(token);
    if (!content) return null;
    const idAt = (start: number) => stringify(content.subarray(start, start + ID_BYTES));
    return { sessionId: idAt(0), userId: idAt(ID_BYTES), rotation: content.readUInt32BE(2 * ID_BYTES) };
  }
}
