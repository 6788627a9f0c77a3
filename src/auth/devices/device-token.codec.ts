import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring } from '../../platform/config/keyring';
import { TokenSigner } from '../../platform/signing/token-signer';

/** A device, the account that it logged in to, and the version of the account's credentials. */
export interface DeviceTokenContent {
  userId: string;
  deviceId: string;
  /** The account's `credentialVersion` when it logged in. */
  credentialVersion: number;
  /** Whole seconds since the Unix epoch. */
  issuedAt: number;
}

/** Bytes of content. */
const LENGTH = 40;

/**
 * Device tokens: `lkd_` and the base64url of user id and device id (16 bytes each), time of issue and credential
 * version (4 bytes each, big endian) and an HMAC-SHA-256 over them (32 bytes). They do not authenticate a user, and are
 * not stored.
 */
@Injectable()
export class DeviceTokenCodec {
  private readonly tokens: TokenSigner;

  constructor(keyring: Keyring) {
    this.tokens = new TokenSigner(keyring, { purpose: 'device-token', prefix: 'lkd_', length: LENGTH });
  }

  encode({ userId, deviceId, credentialVersion, issuedAt }: DeviceTokenContent): string {
    const content = Buffer.alloc(LENGTH);
    content.set(parse(userId));
    content.set(parse(deviceId), 16);
    content.writeUInt32BE(issuedAt, 32);
    content.writeUInt32BE(credentialVersion, 36);
    return this.tokens.sign(content);
  }

  /** @returns null unless the token is exactly one that we signed */
  decode(token: string): DeviceTokenContent | null {
    const content = this.tokens.verify(token);
    return (
      content && {
        userId: stringify(content.subarray(0, 16)),
        deviceId: stringify(content.subarray(16, 32)),
        issuedAt: content.readUInt32BE(32),
        credentialVersion: content.readUInt32BE(36),
      }
    );
  }
}
