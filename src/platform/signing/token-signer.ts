import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keyring, NamedKey } from '../config/keyring';

/** The format of one kind of token. */
export interface TokenShape {
  /** The purpose whose keyring key authenticates the tokens. */
  purpose: string;
  /** Prefix of the tokens; empty when left out. */
  prefix?: string;
  /** Bytes of content, which precedes the MAC. When left out, content of any length except zero follows the MAC. */
  length?: number;
  /** Length of the truncated MAC in bytes; all 32 when left out. */
  macBytes?: number;
}

/**
 * Signs and verifies one kind of token: a prefix, and the base64url of the content and an HMAC-SHA-256 over it. A token
 * can be bound to a scope that it does not contain, and is then valid for that scope only.
 */
export class TokenSigner {
  private readonly shape: Required<Omit<TokenShape, 'length'>> & Pick<TokenShape, 'length'>;

  constructor(
    private readonly keyring: Keyring,
    shape: TokenShape,
  ) {
    this.shape = { prefix: '', macBytes: 32, ...shape };
  }

  /** @param scope what the token is valid for, if not for everything of its purpose */
  sign(content: Buffer, scope?: string): string {
    const { purpose, prefix, length } = this.shape;
    const mac = this.mac(this.keyring.signing(purpose), content, scope);
    const parts = length === undefined ? [mac, content] : [content, mac];
    return prefix + Buffer.concat(parts).toString('base64url');
  }

  /** @returns the content, or null unless the token was signed exactly like this for this scope */
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
    // The length prefix separates scope and content unambiguously.
    if (scope !== undefined) hmac.update(`${scope.length}:${scope}`);
    return hmac.update(content).digest().subarray(0, this.shape.macBytes);
  }
}
