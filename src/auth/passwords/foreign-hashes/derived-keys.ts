import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { onLibuvThread } from './libuv';
import type { Reading } from './reading';

/**
 * Maximum iterations with SHA-1 or SHA-256; half of it with SHA-512, which costs twice as much. One to two seconds of
 * one core. Django 6.1 uses 1,500,000 of SHA-256; OWASP recommends 1,300,000 of SHA-1, 600,000 of SHA-256 or 210,000 of
 * SHA-512.
 */
const MAX_ITERATIONS = 4_000_000;

/**
 * Bounds of scrypt: bytes of memory, 128 * N * r, and steps, N * r * p, of which two million take a second of one core.
 * OWASP recommends N 2^17, r 8, p 1 or as many steps with less memory; Werkzeug uses a quarter of that, and Django 5
 * and 6 two thirds.
 */
const SCRYPT_BOUNDS = { bytes: 256 * 1024 * 1024, steps: 4_200_000 };

/** The cost of the start and the end of scrypt for each r * p, in steps. */
const SCRYPT_ENDS = 4;

/** Output length of each digest in bytes; a derived key has the same length. */
const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 };

/** Bytes of every scrypt key of Werkzeug and Django. */
const SCRYPT_KEY_BYTES = 64;

const derivePbkdf2 = promisify(pbkdf2);

const deriveScrypt = (password: Buffer, salt: string, cost: ScryptCost) =>
  new Promise<Buffer>((resolve, reject) => {
    // OpenSSL also counts memory besides the table, whose size was checked before.
    const options = { N: cost.n, r: cost.r, p: cost.p, maxmem: 2 * SCRYPT_BOUNDS.bytes };
    scrypt(password, salt, SCRYPT_KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });

/** The parameters of RFC 7914. */
export interface ScryptCost {
  n: number;
  r: number;
  p: number;
}

/** A PBKDF2 hash (RFC 8018). @param key null when malformed */
export function pbkdf2Reading(digest: string, iterations: number, salt: string, key: Buffer | null): Reading {
  const bytes = new Map(Object.entries(DIGEST_BYTES)).get(digest);
  if (bytes === undefined || key?.length !== bytes) return { refusal: 'does not have the length of its digest' };
  const most = digest === 'sha512' ? MAX_ITERATIONS / 2 : MAX_ITERATIONS;
  if (iterations > most) return { refusal: `has more than ${most} iterations` };
  const check = async (password: Buffer) =>
    timingSafeEqual(await onLibuvThread(() => derivePbkdf2(password, salt, iterations, bytes, digest)), key);
  return { check };
}

/** A scrypt hash (RFC 7914). @param key null when malformed */
export function scryptReading(cost: ScryptCost, salt: string, key: Buffer | null): Reading {
  if (key?.length !== SCRYPT_KEY_BYTES) return { refusal: `does not have ${SCRYPT_KEY_BYTES} bytes` };
  if (!isScryptCost(cost)) return { refusal: 'has parameters that scrypt does not allow' };
  const { n, r, p } = cost;
  const { bytes, steps } = SCRYPT_BOUNDS;
  if (128 * n * r > bytes || (n + SCRYPT_ENDS) * r * p > steps) {
    return { refusal: `needs more than ${bytes} bytes of memory (128 * N * r) or ${steps} steps (N * r * p)` };
  }
  return {
    check: async (password) => timingSafeEqual(await onLibuvThread(() => deriveScrypt(password, salt, cost)), key),
  };
}

/** RFC 7914, 2: N is a power of two, larger than 1 and less than 2^(128 * r / 8). */
const isScryptCost = ({ n, r }: ScryptCost) => n > 1 && Number.isInteger(Math.log2(n)) && Math.log2(n) < 16 * r;
