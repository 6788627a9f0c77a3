import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keyring, NamedKey } from '../config/keyring';

/** What tokens of one kind look like. */
export interface TokenShape {
  /** Whose key of the keyring authenticates them. */
  purpose: string;
  /** What they begin with. */
  prefix: string;
  /** Bytes of content. */
  length: number;
}

const MAC_BYTES = 32;

/** Tokens that nobody without the key can make: a prefix and the base64url of their content and an HMAC-SHA-256 over it. */
export class SignedToken {
  constructor(
    private readonly keyring: Keyring,
    private readonly shape: TokenShape,
  ) {}

  seal(content: Buffer): string {
    const { purpose, prefix } = this.shape;
    return prefix + Buffer.concat([content, mac(this.keyring.signing(purpose), content)]).toString('base64url');
  }

  /** @returns the content, or null unless every bit of the token is as we made it */
  open(token: string): Buffer | null {
    const { purpose, prefix, length } = this.shape;
    const bytes = Buffer.from(token.slice(prefix.length), 'base64url');
    if (bytes.length !== length + MAC_BYTES || prefix + bytes.toString('base64url') !== token) return null;
    const content = bytes.subarray(0, length);
    const given = bytes.subarray(length);
    return this.keyring.all(purpose).some((key) => timingSafeEqual(mac(key, content), given)) ? content : null;
  }
}

const mac = ({ key }: NamedKey, content: Buffer) => createHmac('sha256', key).update(content).digest();
