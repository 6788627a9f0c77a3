import { HASH_SCHEMES, type HashScheme } from '../../../platform/config/auth.config';
import { readArgon2 } from './argon2';
import { readBcrypt } from './bcrypt';
import { readDjango } from './django';
import type { BcryptCompare, Check, HashReader, Reading } from './reading';
import { readWerkzeug } from './werkzeug';

const READERS: Record<HashScheme, HashReader> = {
  werkzeug: readWerkzeug,
  django: readDjango,
  bcrypt: readBcrypt,
  argon2: readArgon2,
};

/** No hash of these systems is longer than a salt of 128 characters and a key of 128 make it. */
const MAX_CHARACTERS = 512;

/** Reads a hash that another system made. Computes nothing. @param accepted the systems whose hashes are taken */
export function readForeignHash(text: string, accepted: readonly HashScheme[]): Reading {
  if (text.length > MAX_CHARACTERS) return { refusal: `is longer than ${MAX_CHARACTERS} characters` };
  for (const scheme of HASH_SCHEMES) {
    const reading = READERS[scheme](text);
    if (!reading) continue;
    return accepted.includes(scheme) ? reading : { refusal: `is one of ${scheme}, which HASH_IMPORT does not name` };
  }
  return { refusal: 'is of no system that is known' };
}

/**
 * Checks a password as it was typed, as other systems hash it, and then in the form that ours is hashed in, for systems
 * that normalise. A NUL matches nothing: bcrypt repeats a password with a NUL behind it, and HMAC pads it with NULs, so
 * that two passwords, one of them with a NUL, can be the same to them.
 */
export async function matchesForeign(check: Check, password: string, compare: BcryptCompare): Promise<boolean> {
  if (password.includes('\0')) return false;
  if (await check(Buffer.from(password), compare)) return true;
  const composed = password.normalize('NFC');
  return composed !== password && check(Buffer.from(composed), compare);
}
