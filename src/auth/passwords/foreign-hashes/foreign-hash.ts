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

/** Enough for a salt and a key of 128 characters each. */
const MAX_CHARACTERS = 512;

/** Parses a hash of another system. Computes nothing. @param accepted the systems whose hashes are accepted */
export function readForeignHash(text: string, accepted: readonly HashScheme[]): Reading {
  if (text.length > MAX_CHARACTERS) return { refusal: `is longer than ${MAX_CHARACTERS} characters` };
  for (const scheme of HASH_SCHEMES) {
    const reading = READERS[scheme](text);
    if (!reading) continue;
    return accepted.includes(scheme)
      ? reading
      : { refusal: `is in the format ${scheme}, which HASH_IMPORT does not include` };
  }
  return { refusal: 'is in an unknown format' };
}

/**
 * Checks a password as typed, which most systems hash, and then in NFC, for systems that normalize. A password with a
 * NUL never matches: bcrypt repeats a password followed by a NUL, and HMAC pads with NULs, so two passwords, one of
 * them with a NUL, could have the same hash.
 */
export async function matchesForeign(check: Check, password: string, compare: BcryptCompare): Promise<boolean> {
  if (password.includes('\0')) return false;
  if (await check(Buffer.from(password), compare)) return true;
  const composed = password.normalize('NFC');
  return composed !== password && check(Buffer.from(composed), compare);
}
