import { timingSafeEqual } from 'node:crypto';
import { argon2d, argon2i, argon2id, hash } from 'argon2';
import { onLibuvThread } from './libuv';
import { exactBytes, NUMBER, type Reading } from './reading';

const SHAPE = new RegExp(
  `^\\$argon2(?<type>id|i|d)\\$v=19\\$m=(?<m>${NUMBER}),t=(?<t>${NUMBER}),p=(?<p>${NUMBER})` +
    `\\$(?<salt>[A-Za-z0-9+/]+)\\$(?<key>[A-Za-z0-9+/]+)$`,
);

const TYPES = new Map<string | undefined, typeof argon2d | typeof argon2i | typeof argon2id>([
  ['id', argon2id],
  ['i', argon2i],
  ['d', argon2d],
]);

/**
 * Four times RFC 9106's second choice of 64 MiB, in KiB; its first of 2 GiB is refused. Up to three of them may be in
 * memory at once.
 */
const MAX_MEMORY = 256 * 1024;

/** Total KiB filled in all passes: one to two seconds of one core. Argon2's usual defaults fill 200,000. */
const MAX_WORK = 1_100_000;

/** Starting the thread of a lane in each pass takes as long as filling this many KiB. */
const WORK_OF_A_LANE = 128;

/** Each lane is a thread. */
const MAX_LANES = 16;

/** RFC 9106, 3.1 allows salts of 8 bytes or more; a key under 128 bits would match by chance too easily. */
const SALT_BYTES = { least: 8, most: 64 };
const KEY_BYTES = { least: 16, most: 64 };

/**
 * Argon2 version 1.3 in the PHC format, `$argon2id$v=19$m=...,t=...,p=...$salt$hash`, without secret key and associated
 * data.
 */
export function readArgon2(text: string): Reading | null {
  if (!text.startsWith('$argon2')) return null;
  const groups = SHAPE.exec(text)?.groups ?? {};
  const type = TYPES.get(groups['type']);
  const salt = exactBytes(groups['salt'] ?? '', 'base64');
  const key = exactBytes(groups['key'] ?? '', 'base64');
  if (type === undefined || !salt || !key) return { refusal: 'is not a valid Argon2 1.3 hash' };
  if (!isWithin(salt.length, SALT_BYTES) || !isWithin(key.length, KEY_BYTES)) {
    return { refusal: 'has a salt that is not 8 to 64 bytes long, or a key that is not 16 to 64 bytes long' };
  }
  const [m, t, p] = [Number(groups['m']), Number(groups['t']), Number(groups['p'])];
  if (m > MAX_MEMORY || p > MAX_LANES || t * (m + WORK_OF_A_LANE * p) > MAX_WORK) {
    return { refusal: `needs more than ${MAX_MEMORY} KiB, ${MAX_LANES} lanes or ${MAX_WORK} KiB in all passes` };
  }
  if (m < 8 * p) return { refusal: 'has parameters that Argon2 does not allow' };
  const options = {
    raw: true,
    type,
    salt,
    hashLength: key.length,
    memoryCost: m,
    timeCost: t,
    parallelism: p,
  } as const;
  return { check: async (password) => timingSafeEqual(await onLibuvThread(() => hash(password, options)), key) };
}

const isWithin = (length: number, { least, most }: { least: number; most: number }) =>
  length >= least && length <= most;
