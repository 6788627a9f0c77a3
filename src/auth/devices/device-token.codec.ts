import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring } from '../../config/keyring';
import { AuthenticatedBytes } from '../tokens/authenticated-bytes';

/** Which device has logged in to which account. */
export interface DeviceTokenContent {
  userId: string;
  deviceId: string;
  /** Whole seconds since the Unix epoch. */
  issuedAt: number;
}

/**
 * Device tokens: `lkd_` and the base64url of user id and device id (16 bytes each), time of issue (4 bytes, big endian)
 * and an HMAC-SHA-256 over them (32 bytes). They let nobody in; nothing is stored of them.
 */
@Injectable()
export class DeviceTokenCodec {
  private readonly tokens: AuthenticatedBytes;

  constructor(keyring: Keyring) {
    this.tokens = new AuthenticatedBytes(keyring, { purpose: 'device-token', prefix: 'lkd_', length: 36 });
  }

  encode({ userId, deviceId, issuedAt }: DeviceTokenContent): string {
    const content = Buffer.alloc(36);
    content.set(parse(userId));
    content.set(parse(deviceId), 16);
    content.writeUInt32BE(issuedAt, 32);
    return this.tokens.seal(content);
  }

  /** @returns null unless every bit of it is as we made it */
  decode(token: string): DeviceTokenContent | null {
    const content = this.tokens.open(token);
    return (
      content && {
        userId: stringify(content.subarray(0, 16)),
        deviceId: stringify(content.subarray(16, 32)),
        issuedAt: content.readUInt32BE(32),
      }
    );
  }
}
