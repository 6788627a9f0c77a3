import fc from 'fast-check';
import { Keyring } from '../../config/keyring';
import { RefreshTokenCodec } from './refresh-token.codec';

const OLD = 'an old secret of at least 32 bytes!!';
const NEW = 'a new secret of at least 32 bytes!!!';

const content = fc.record({ sessionId: fc.uuid(), rotation: fc.integer({ min: 0, max: 0xffffffff }) });

describe('a refresh token', () => {
  const codec = new RefreshTokenCodec(new Keyring([OLD]));

  it('comes back as it was made, and is the same whenever it is made again', () => {
    fc.assert(
      fc.property(content, (made) => {
        expect(codec.decode(codec.encode(made))).toEqual(made);
        expect(codec.encode(made)).toBe(codec.encode(made));
      }),
    );
  });

  it('is refused after any change, however small', () => {
    fc.assert(
      fc.property(content, fc.nat(), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (made, at, other) => {
        const token = codec.encode(made);
        const index = at % token.length;
        fc.pre(token[index] !== other);
        expect(codec.decode(token.slice(0, index) + other + token.slice(index + 1))).toBeNull();
      }),
    );
  });

  it('no text whatsoever makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(codec.decode(text)).toBeNull();
        expect(codec.decode(`lkr_${text}`)).toBeNull();
      }),
    );
  });

  it('stays good when a new secret is put before the old one, and ends with it', () => {
    const token = codec.encode({ sessionId: '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11', rotation: 3 });
    expect(new RefreshTokenCodec(new Keyring([NEW, OLD])).decode(token)).not.toBeNull();
    expect(new RefreshTokenCodec(new Keyring([NEW])).decode(token)).toBeNull();
  });
});
