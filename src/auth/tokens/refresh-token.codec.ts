import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring } from '../../platform/config/keyring';
import { TokenSigner } from '../../platform/signing/token-signer';

/** The session of a refresh token, and its position in the chain. */
export interface RefreshTokenContent {
  sessionId: string;
  /** 0 for the token issued at login; increases with each rotation. */
  rotation: number;
}

/**
 * Refresh tokens: `lkr_` and the base64url of session id (16 bytes), rotation (4 bytes, big endian) and an HMAC-SHA-256
 * over both (32 bytes). They cannot be forged without the key, so nothing secret is stored, and the same token can be
 * issued again to a client that lost it.
 */
@Injectable()
export class RefreshTokenCodec {
  private readonly tokens: TokenSigner;

  constructor(keyring: Keyring) {
    this.tokens = new TokenSigner(keyring, { purpose: 'refresh-token', prefix: 'lkr_', length: 20 });
  }

  encode({ sessionId, rotation }: RefreshTokenContent): string {
    const content = Buffer.alloc(20);
    content.set(parse(sessionId));
    content.writeUInt32BE(rotation, 16);
    return this.tokens.sign(content);
  }

  /** @returns null unless the token is exactly one that we signed */
  decode(token: string): RefreshTokenContent | null {
    const content = this.tokens.verify(token);
    return content && { sessionId: stringify(content.subarray(0, 16)), rotation: content.readUInt32BE(16) };
  }
}
