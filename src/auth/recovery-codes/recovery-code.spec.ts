import fc from 'fast-check';
import { newRecoveryCode, recoveryCodeHash } from './recovery-code';

describe('a recovery code', () => {
  it('has 24 characters of Crockford’s base32 in groups, and is never the same', () => {
    const codes = Array.from({ length: 200 }, newRecoveryCode);
    expect(new Set(codes).size).toBe(200);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){5}$/);
    // All 32 characters, at every place.
    expect(new Set(codes.map((code) => code[0])).size).toBeGreaterThan(20);
  });

  it('is the same in lower case, without hyphens, with spaces, and with the characters that look alike', () => {
    const code = '0123-4567-89AB-CDEF-GHJK-MN11';
    const hash = recoveryCodeHash(code);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    for (const typed of [code.toLowerCase(), code.replaceAll('-', ''), ` ${code.replaceAll('-', ' ')} `]) {
      expect(recoveryCodeHash(typed)).toBe(hash);
    }
    expect(recoveryCodeHash('O123-4567-89AB-CDEF-GHJK-MNIl')).toBe(hash);
  });

  it('is another with any other character', () => {
    const alphabet = fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'.split(''));
    fc.assert(
      fc.property(fc.nat({ max: 23 }), alphabet, (at, other) => {
        const code = newRecoveryCode().replaceAll('-', '');
        fc.pre(code[at] !== other);
        expect(recoveryCodeHash(code.slice(0, at) + other + code.slice(at + 1))).not.toBe(recoveryCodeHash(code));
      }),
    );
  });

  it('is no other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(text.replaceAll(/[\s-]/g, '').length !== 24);
        expect(recoveryCodeHash(text)).toBeNull();
      }),
    );
    expect(recoveryCodeHash('U123-4567-89AB-CDEF-GHJK-MN11')).toBeNull();
    expect(recoveryCodeHash('')).toBeNull();
  });
});
