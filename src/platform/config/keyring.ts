import { createHash, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** One derived key and the name under which tokens refer to it. */
export interface NamedKey {
  /** Eight characters that identify the key without revealing it (a JWT `kid`). */
  readonly id: string;
  readonly key: KeyObject;
}

/**
 * Keys derived from the application's secrets by HKDF-SHA-256 (RFC 5869), 256 bits each, one set per purpose, so that a
 * key for one purpose is never valid for another. The first secret signs, all verify.
 */
export class Keyring {
  private readonly derived = new Map<string, readonly [NamedKey, ...NamedKey[]]>();

  constructor(private readonly secrets: readonly [string, ...string[]]) {}

  /** The key that signs for a purpose. */
  signing(purpose: string): NamedKey {
    return this.all(purpose)[0];
  }

  /** Every key that verifies for a purpose, the signing one first. */
  all(purpose: string): readonly [NamedKey, ...NamedKey[]] {
    let keys = this.derived.get(purpose);
    if (!keys) {
      const [first, ...rest] = this.secrets;
      keys = [derive(first, purpose), ...rest.map((secret) => derive(secret, purpose))];
      this.derived.set(purpose, keys);
    }
    return keys;
  }
}

function derive(secret: string, purpose: string): NamedKey {
  const material = Buffer.from(hkdfSync('sha256', secret, 'latchkey', purpose, 32));
  const id = createHash('sha256').update(material).digest('base64url').slice(0, 8);
  return { id, key: createSecretKey(material) };
}
