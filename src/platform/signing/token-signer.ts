import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keyring, NamedKey } from '../config/keyring';

/** What tokens of one kind look like. */
export interface TokenShape {
  /** Whose key of the keyring authenticates them. */
  purpose: string;
  /** What they begin with; nothing when left out. */
  prefix?: string;
  /** Bytes of content, in front of the MAC. When left out, content of any length but zero stands behind the MAC. */
  length?: number;
  /** Bytes that are kept of the MAC; all 32 when left out. */
  macBytes?: number;
}

/**
 * Signs and verifies tokens of one kind, which cannot be made without the key: a prefix and the base64url of their
 * content and an HMAC-SHA-256 over it. A token can be bound to a scope that it does not contain, and is then good for no other.
 */
export class TokenSigner {
  private readonly shape: Required<Omit<TokenShape, 'length'>> & Pick<TokenShape, 'length'>;

  constructor(
    private readonly keyring: Keyring,
    shape: TokenShape,
  ) {
    this.shape = { prefix: '', macBytes: 32, ...shape };
  }

  /** @param scope what the token is good for, where it is not good for everything of its purpose */
  sign(content: Buffer, scope?: string): string {
    const { purpose, prefix, length } = this.shape;
    const mac = this.mac(this.keyring.signing(purpose), content, scope);
    const parts = length === undefined ? [mac, content] : [content, mac];
    return prefix + Buffer.concat(parts).toString('base64url');
  }

  /** @returns the content, or null unless every bit of the token is as we made it, for this scope */
  verify(token: string, scope?: string): Buffer | null {
    const { purpose, prefix, length, macBytes } = this.shape;
    const bytes = Buffer.from(token.slice(prefix.length), 'base64url');
    const isOfShape = length === undefined ? bytes.length > macBytes : bytes.length === length + macBytes;
    if (!isOfShape || prefix + bytes.toString('base64url') !== token) return null;
    const end = length ?? macBytes;
    const [first, second] = [bytes.subarray(0, end), bytes.subarray(end)];
    const [content, given] = length === undefined ? [second, first] : [first, second];
    const isGenuine = this.keyring.all(purpose).some((key) => timingSafeEqual(this.mac(key, content, scope), given));
    return isGenuine ? content : null;
  }

  private mac({ key }: NamedKey, content: Buffer, scope: string | undefined): Buffer {
    const hmac = createHmac('sha256', key);
    // Its length in front, so that no end of a scope passes for the beginning of a content.
    if (scope !== undefined) hmac.update(`${scope.length}:${scope}`);
    return hmac.update(content).digest().subarray(0, this.shape.macBytes);
  }
}
