import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring, type NamedKey } from '../../config/keyring';

/** Which session a refresh token belongs to, and the how-manieth of its chain it is. */
export interface RefreshTokenContent {
  sessionId: string;
  /** 0 for the token given at login; one more with each rotation. */
  rotation: number;
}

const PURPOSE = 'refresh-token';
const PREFIX = 'lkr_';
const CONTENT_BYTES = 20;
const MAC_BYTES = 32;

/**
 * Refresh tokens: `lkr_` and the base64url of session id (16 bytes), rotation (4 bytes, big endian) and an
 * HMAC-SHA-256 over both (32 bytes). Nobody without the key can make one, so nothing secret is stored, and the same
 * token can be made again for a client that lost it.
 */
@Injectable()
export class RefreshTokenCodec {
  constructor(private readonly keyring: Keyring) {}

  encode({ sessionId, rotation }: RefreshTokenContent): string {
    const content = Buffer.alloc(CONTENT_BYTES);
    content.set(parse(sessionId));
    content.writeUInt32BE(rotation, 16);
    const token = Buffer.concat([content, mac(this.keyring.signing(PURPOSE), content)]);
    return PREFIX + token.toString('base64url');
  }

  /** @returns null unless every bit of it is as we made it */
  decode(token: string): RefreshTokenContent | null {
    const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
    if (bytes.length !== CONTENT_BYTES + MAC_BYTES || PREFIX + bytes.toString('base64url') !== token) return null;
    const content = bytes.subarray(0, CONTENT_BYTES);
    const given = bytes.subarray(CONTENT_BYTES);
    if (!this.keyring.all(PURPOSE).some((key) => timingSafeEqual(mac(key, content), given))) return null;
    return { sessionId: stringify(content.subarray(0, 16)), rotation: content.readUInt32BE(16) };
  }
}

const mac = ({ key }: NamedKey, content: Buffer) => createHmac('sha256', key).update(content).digest();
