import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { onLibuv } from './libuv';
import type { Reading } from './reading';

/** Twice Werkzeug's default of 1,000,000, the most that a known system makes; about a second of one core. */
const MOST_ITERATIONS = 2_000_000;

/** OWASP's strongest scrypt is N 2^17, r 8, p 1; Werkzeug's and Django's are weaker. */
const SCRYPT_BOUNDS = { n: 2 ** 17, r: 16, p: 4, bytes: 128 * 1024 * 1024 };

/** Bytes that each digest makes; a derived key is as long. */
const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 };

/** Bytes of every scrypt key of Werkzeug and Django. */
const SCRYPT_KEY_BYTES = 64;

const derivePbkdf2 = promisify(pbkdf2);

const deriveScrypt = (password: Buffer, salt: string, cost: ScryptCost) =>
  new Promise<Buffer>((resolve, reject) => {
    // OpenSSL needs a little more than the table, whose size was bounded before.
    const options = { N: cost.n, r: cost.r, p: cost.p, maxmem: 2 * SCRYPT_BOUNDS.bytes };
    scrypt(password, salt, SCRYPT_KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });

/** The parameters of RFC 7914. */
export interface ScryptCost {
  n: number;
  r: number;
  p: number;
}

/** A PBKDF2 hash (RFC 8018). @param key null when it was not well-formed */
export function pbkdf2Reading(digest: string, iterations: number, salt: string, key: Buffer | null): Reading {
  const bytes = new Map(Object.entries(DIGEST_BYTES)).get(digest);
  if (bytes === undefined || key?.length !== bytes) return { refusal: 'is not as long as its digest makes it' };
  if (iterations > MOST_ITERATIONS) return { refusal: `has more than ${MOST_ITERATIONS} iterations` };
  const check = async (password: Buffer) =>
    timingSafeEqual(await onLibuv(() => derivePbkdf2(password, salt, iterations, bytes, digest)), key);
  return { check };
}

/** A scrypt hash (RFC 7914). @param key null when it was not well-formed */
export function scryptReading(cost: ScryptCost, salt: string, key: Buffer | null): Reading {
  if (key?.length !== SCRYPT_KEY_BYTES) return { refusal: `is not of ${SCRYPT_KEY_BYTES} bytes` };
  if (!isScryptCost(cost)) return { refusal: 'has parameters that scrypt does not take' };
  const { n, r, p, bytes } = SCRYPT_BOUNDS;
  if (cost.n > n || cost.r > r || cost.p > p || 128 * cost.n * cost.r > bytes) {
    return { refusal: `needs more than N ${n}, r ${r}, p ${p} or ${bytes} bytes of memory` };
  }
  return { check: async (password) => timingSafeEqual(await onLibuv(() => deriveScrypt(password, salt, cost)), key) };
}

/** RFC 7914, 2: N is a power of two, larger than 1 and less than 2^(128 * r / 8). */
const isScryptCost = ({ n, r }: ScryptCost) => n > 1 && Number.isInteger(Math.log2(n)) && Math.log2(n) < 16 * r;
