import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character';
import { Keyring } from '../config/keyring';
import { CursorCodec } from './cursor.codec';

const sortKey = fc.array(fc.oneof(fc.string({ unit: anyCharacter }), fc.integer(), fc.boolean(), fc.constant(null)), {
  maxLength: 4,
});
const text = fc.string({ unit: anyCharacter });

describe('a cursor', () => {
  const codec = new CursorCodec(new Keyring(['a secret of at least 32 bytes, surely']));
  const refused = (scope: string, cursor: string) => {
    let refusal: unknown;
    try {
      codec.decode(scope, cursor);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'invalid_cursor', errors: [{ pointer: '/cursor' }] });
  };

  it('comes back as the sort key it was made of', () => {
    fc.assert(
      fc.property(text, sortKey, (scope, key) => {
        expect(codec.decode(scope, codec.encode(scope, key))).toEqual(key);
      }),
    );
  });

  it('is valid for the list and caller it was made for and no other', () => {
    fc.assert(
      fc.property(text, text, sortKey, (scope, other, key) => {
        fc.pre(Buffer.compare(Buffer.from(scope), Buffer.from(other)) !== 0);
        refused(other, codec.encode(scope, key));
      }),
    );
  });

  it('is refused after any change', () => {
    fc.assert(
      fc.property(
        sortKey,
        fc.nat(),
        fc.constantFrom('A', 'B', 'C', 'x', 'y', 'z', '0', '9', '-', '_'),
        (key, at, letter) => {
          const cursor = codec.encode('list', key);
          const index = at % cursor.length;
          fc.pre(cursor[index] !== letter);
          refused('list', cursor.slice(0, index) + letter + cursor.slice(index + 1));
        },
      ),
    );
  });

  it('no other text is one', () => {
    fc.assert(fc.property(text, (cursor) => refused('list', cursor)));
  });

  it('of an earlier version stays valid, byte for byte', () => {
    const [scope, key] = [
      'notes:019aa3d2-5f30-7c44-9b1e-2f6d8a1c0e57',
      [true, 1763690000000, 'ä', '019aa3d2-5f31-7aaa-8bbb-0123456789ab'],
    ] as const;
    const cursor =
      'iQdp9JFA2i2SkOabUMK0W1t0cnVlLDE3NjM2OTAwMDAwMDAsIsOkIiwiMDE5YWEzZDItNWYzMS03YWFhLThiYmItMDEyMzQ1Njc4OWFiIl0';
    expect(codec.encode(scope, key)).toBe(cursor);
    expect(codec.decode(scope, cursor)).toEqual(key);
  });
});
