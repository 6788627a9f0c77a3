import fc from 'fast-check';
import { base32, codeAt, otpauthUri, stepOf } from './totp-code';

/** The 20-byte key of RFC 6238, appendix B. */
const SEED = Buffer.from('12345678901234567890');

describe('a code of an authenticator app', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at second %i is that of RFC 6238, appendix B, in 6 digits', (second, code) => {
    expect(codeAt(SEED, second * 1000)).toBe(code);
    expect(stepOf(SEED, code, second * 1000)).toBe(Math.floor(second / 30));
  });

  it('is accepted one step early or late, as the step that it is of, and not two (RFC 6238, 5.2)', () => {
    const now = 1_700_000_015_000;
    const step = Math.floor(now / 30_000);
    const verdicts = [-2, -1, 0, 1, 2].map((steps) => stepOf(SEED, codeAt(SEED, now + steps * 30_000), now));
    expect(verdicts).toEqual([null, step - 1, step, step + 1, null]);
  });

  it.each([
    '',
    '12345',
    '1234567',
    '28708２',
    ' 287082',
    '287082\n',
    '28708\0',
    '-87082',
    '2.7082',
    'x'.repeat(1_000_000),
  ])('is not %j', (text) => {
    expect(stepOf(SEED, text, 59_000)).toBeNull();
  });

  it('is none of any other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/^[0-9]{6}$/.test(text));
        expect(stepOf(SEED, text, 59_000)).toBeNull();
      }),
    );
  });
});

describe('the seed of an authenticator app', () => {
  it('stands in base32 without padding', () => {
    expect(base32(SEED)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  });

  it('comes back from the text of its QR code, whatever the names', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !text.includes(':') && text.trim() !== '');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), name, name, (bytes, issuer, label) => {
        const seed = Buffer.from(bytes);
        const { searchParams, protocol, host } = new URL(otpauthUri(seed, issuer, label));
        expect([protocol, host]).toEqual(['otpauth:', 'totp']);
        expect(searchParams.get('secret')).toBe(base32(seed));
        expect([searchParams.get('algorithm'), searchParams.get('digits'), searchParams.get('period')]).toEqual([
          'SHA1',
          '6',
          '30',
        ]);
      }),
    );
    expect(otpauthUri(SEED, 'latchkey', 'alice')).toContain('otpauth://totp/latchkey:alice?issuer=latchkey&secret=');
  });
});
