import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character';
import { hashApiTokenSecret, newApiTokenSecret } from './api-token.secret';

describe('the secret of an API token', () => {
  it('has its prefix, 256 random bits and a checksum, and never comes twice', () => {
    const secrets = Array.from({ length: 100 }, newApiTokenSecret);
    for (const secret of secrets) {
      expect(secret).toMatch(/^lk_[\w-]{43}[0-9a-f]{8}$/);
      expect(hashApiTokenSecret(secret)).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(new Set(secrets).size).toBe(secrets.length);
  });

  it('is refused before any query when one character of it is wrong', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('A', 'b', '0', '_'), (at, letter) => {
        const secret = newApiTokenSecret();
        const index = 3 + (at % (secret.length - 3));
        fc.pre(secret[index] !== letter);
        expect(hashApiTokenSecret(secret.slice(0, index) + letter + secret.slice(index + 1))).toBeNull();
      }),
    );
  });

  it('is refused with anything in front of it or behind it', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(text, (more) => {
        const secret = newApiTokenSecret();
        expect([more + secret, secret + more].map(hashApiTokenSecret)).toEqual([null, null]);
      }),
    );
  });

  it('no other text is one', () => {
    fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => expect(hashApiTokenSecret(text)).toBeNull()));
  });
});
