import { createHash } from 'node:crypto';
import { readArgon2 } from './argon2';
import { readBcrypt } from './bcrypt';
import { pbkdf2Reading, scryptReading } from './derived-keys';
import { exactBytes, NUMBER, type Reading, TEXT_SALT } from './reading';

const BASE64 = '(?<key>[A-Za-z0-9+/]+={0,2})';

const PBKDF2 = new RegExp(`^pbkdf2_(?<digest>sha1|sha256)\\$(?<iterations>${NUMBER})\\$${TEXT_SALT}\\$${BASE64}$`);

const SCRYPT = new RegExp(`^scrypt\\$(?<n>${NUMBER})\\$${TEXT_SALT}\\$(?<r>${NUMBER})\\$(?<p>${NUMBER})\\$${BASE64}$`);

/** Hashes of `django.contrib.auth.hashers`, except those that Django considers weak: `algorithm$...`. */
export function readDjango(text: string): Reading | null {
  const [algorithm = ''] = text.split('$', 1);
  const read = READERS.get(algorithm);
  if (!read) return null;
  return read(text, text.slice(algorithm.length)) ?? { refusal: 'is not a valid Django hash' };
}

/** The reader of each algorithm; gets the whole text, and the part after the algorithm's name. */
const READERS = new Map<string, (text: string, rest: string) => Reading | null>([
  ['pbkdf2_sha1', readPbkdf2],
  ['pbkdf2_sha256', readPbkdf2],
  ['scrypt', readScrypt],
  ['bcrypt', (_, rest) => readBcrypt(rest.slice(1))],
  ['bcrypt_sha256', (_, rest) => overSha256(readBcrypt(rest.slice(1)))],
  ['argon2', (_, rest) => readArgon2(rest)],
]);

function readPbkdf2(text: string): Reading | null {
  const { digest = '', iterations, salt = '', key = '' } = PBKDF2.exec(text)?.groups ?? {};
  return iterations ? pbkdf2Reading(digest, Number(iterations), salt, exactBytes(key, 'base64')) : null;
}

function readScrypt(text: string): Reading | null {
  const { n, r, p, salt = '', key = '' } = SCRYPT.exec(text)?.groups ?? {};
  return n ? scryptReading({ n: Number(n), r: Number(r), p: Number(p) }, salt, exactBytes(key, 'base64')) : null;
}

/** bcrypt over the hexadecimal digest. */
function overSha256(reading: Reading | null): Reading | null {
  if (!reading || 'refusal' in reading) return reading;
  return {
    check: (password, compare) =>
      reading.check(Buffer.from(createHash('sha256').update(password).digest('hex')), compare),
  };
}
