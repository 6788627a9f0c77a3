import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'lk_';
const SHAPE = /^lk_(?<random>[A-Za-z0-9_-]{43})(?<checksum>[0-9a-f]{8})$/;

const checksumOf = (random: string) => crc32(random).toString(16).padStart(8, '0');

/**
 * A new secret: `lk_`, 256 random bits in base64url, and a CRC-32, by which secret scanners tell a real one from text
 * that looks like it without asking us.
 */
export function newApiTokenSecret(): string {
  const random = randomBytes(32).toString('base64url');
  return `${PREFIX}${random}${checksumOf(random)}`;
}

/**
 * What is stored and looked up instead of the secret. A plain SHA-256, as 256 random bits can't be guessed.
 * @returns null when shape or checksum are wrong, so that no query is spent on it
 */
export function hashApiTokenSecret(secret: string): string | null {
  const { random = '', checksum } = SHAPE.exec(secret)?.groups ?? {};
  return checksum === checksumOf(random) ? createHash('sha256').update(secret).digest('hex') : null;
}
