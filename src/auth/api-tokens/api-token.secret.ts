import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'lk_';
const SHAPE = /^lk_(?<random>[A-Za-z0-9_-]{43})(?<checksum>[0-9a-f]{8})$/;

const checksumOf = (random: string) => crc32(random).toString(16).padStart(8, '0');

/**
 * A new secret: `lk_`, 256 random bits in base64url, and a CRC-32, with which secret scanners can recognize real
 * secrets offline.
 */
export function newApiTokenSecret(): string {
  const random = randomBytes(32).toString('base64url');
  return `${PREFIX}${random}${checksumOf(random)}`;
}

/**
 * The hash that is stored and looked up instead of the secret. Plain SHA-256, because 256 random bits cannot be
 * guessed.
 * @returns null when the format or checksum is wrong, which saves a query
 */
export function hashApiTokenSecret(secret: string): string | null {
  const { random = '', checksum } = SHAPE.exec(secret)?.groups ?? {};
  return checksum === checksumOf(random) ? createHash('sha256').update(secret).digest('hex') : null;
}
