import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Keyring, NamedKey } from '../config/keyring';

const ALGORITHM = 'aes-256-gcm';

/** Bytes of the nonce (NIST SP 800-38D, 8.2.2), which is random for each encryption. */
const NONCE_BYTES = 12;

const TAG_BYTES = 16;

/**
 * Encrypts values of one kind for a column, by AES-256-GCM under a key of the keyring. A value is bound to the id of its
 * row: it decrypts neither in another row nor as a value of another purpose.
 */
export class RowCipher {
  /** @param purpose the purpose of the keyring keys; one per column */
  constructor(
    private readonly keyring: Keyring,
    private readonly purpose: string,
  ) {}

  /** @returns base64url of nonce, tag and ciphertext */
  encrypt(plaintext: Buffer, rowId: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.keyring.signing(this.purpose).key, nonce);
    cipher.setAAD(Buffer.from(rowId));
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64url');
  }

  /** @returns null unless the value was encrypted for this row, under a key that the keyring still has */
  decrypt(value: string, rowId: string): Buffer | null {
    const bytes = Buffer.from(value, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
    for (const key of this.keyring.all(this.purpose)) {
      const plaintext = decryptWith(key, bytes, rowId);
      if (plaintext) return plaintext;
    }
    return null;
  }
}

function decryptWith({ key }: NamedKey, bytes: Buffer, rowId: string): Buffer | null {
  const tagEnd = NONCE_BYTES + TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(rowId));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, tagEnd));
  const plaintext = decipher.update(bytes.subarray(tagEnd));
  try {
    return Buffer.concat([plaintext, decipher.final()]);
  } catch {
    // The tag does not match: another key, another row, or an altered value.
    return null;
  }
}
