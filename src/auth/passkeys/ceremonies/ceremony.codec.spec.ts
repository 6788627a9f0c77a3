import fc from 'fast-check';
import { anyCharacter } from '../../../../test/support/any-character';
import { Keyring } from '../../../platform/config/keyring';
import { CEREMONY_KINDS, CeremonyCodec } from './ceremony.codec';

const OLD = 'an old secret of at least 32 bytes!!';
const NEW = 'a new secret of at least 32 bytes!!!';

const codec = new CeremonyCodec(new Keyring([OLD]));
const content = fc.record({
  kind: fc.constantFrom(...CEREMONY_KINDS),
  subject: fc.uuid({ version: [1, 4, 7] }),
  id: fc.uuid({ version: 4 }),
  expiresAt: fc.nat({ max: 2 ** 48 - 1 }),
});

describe('a ceremony token', () => {
  it('says what it was made for, and is of 99 characters that need no escapes', () => {
    fc.assert(
      fc.property(content, (made) => {
        const token = codec.encode(made);
        expect(token).toMatch(/^lkw_[A-Za-z0-9_-]{95}$/);
        expect(codec.decode(token)).toEqual(made);
      }),
    );
  });

  it('is refused after any change, however small', () => {
    fc.assert(
      fc.property(
        content,
        fc.nat(),
        fc.string({ unit: anyCharacter, minLength: 1, maxLength: 1 }),
        (made, at, other) => {
          const token = codec.encode(made);
          const index = at % token.length;
          fc.pre(token[index] !== other);
          expect(codec.decode(token.slice(0, index) + other + token.slice(index + 1))).toBeNull();
        },
      ),
    );
  });

  it('is no text whatsoever that we did not sign', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), content, (text, made) => {
        expect(codec.decode(text)).toBeNull();
        expect(codec.decode(`lkw_${text}`)).toBeNull();
        expect(new CeremonyCodec(new Keyring([NEW])).decode(codec.encode(made))).toBeNull();
      }),
    );
  });

  it('has a challenge and a user handle of 32 bytes, which no two tokens share, also after a change of the secret', () => {
    fc.assert(
      fc.property(content, content, (one, other) => {
        fc.pre(codec.encode(one) !== codec.encode(other));
        const derived = [one, other].flatMap((made) =>
          (['challenge', 'user-handle'] as const).map((name) => codec.derive(codec.encode(made), name).toString('hex')),
        );
        expect(new Set(derived).size).toBe(4);
        expect(derived.join('')).toHaveLength(256);
        const rotated = new CeremonyCodec(new Keyring([NEW, OLD]));
        const token = codec.encode(one);
        expect(rotated.decode(token)).toEqual(one);
        expect(rotated.derive(token, 'challenge')).toEqual(codec.derive(token, 'challenge'));
      }),
    );
  });
});
