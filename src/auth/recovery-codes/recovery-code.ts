import { createHash, randomBytes } from 'node:crypto';

/** Crockford's base32: without I, L, O and U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const CODE = new RegExp(`^[${ALPHABET}]{24}$`);

/** Bytes of a code: 120 bits, so that none can be guessed. */
const BYTES = 15;

/** Characters of a code, and of each of its groups. */
const [LENGTH, GROUP] = [24, 4];

/** A new code, as it is shown: `8D3V-0QKT-...`. */
export function newRecoveryCode(): string {
  const bits = BigInt(`0x${randomBytes(BYTES).toString('hex')}`);
  const characters = Array.from({ length: LENGTH }, (_, index) => {
    const value = Number((bits >> BigInt(5 * (LENGTH - 1 - index))) & 31n);
    return ALPHABET.charAt(value);
  }).join('');
  return (characters.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-');
}

/**
 * The hash under which a code is stored: SHA-256 of what it means, in hexadecimal. Upper and lower case, hyphens, spaces and
 * the characters that look alike (I, L, O) are read as Crockford's base32 reads them.
 * @returns null for a text that is no code
 */
export function recoveryCodeHash(text: string): string | null {
  const code = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll(/[IL]/g, '1').replaceAll('O', '0');
  const isCode = CODE.test(code);
  return isCode ? createHash('sha256').update(code).digest('hex') : null;
}
