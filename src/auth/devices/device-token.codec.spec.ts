import fc from 'fast-check';
import { Keyring } from '../../config/keyring';
import { RefreshTokenCodec } from '../tokens/refresh-token.codec';
import { DeviceTokenCodec } from './device-token.codec';

const OLD = 'an old secret of at least 32 bytes!!';
const NEW = 'a new secret of at least 32 bytes!!!';

const content = fc.record({
  userId: fc.uuid(),
  deviceId: fc.uuid(),
  issuedAt: fc.integer({ min: 0, max: 0xffffffff }),
});

describe('a device token', () => {
  const codec = new DeviceTokenCodec(new Keyring([OLD]));

  it('comes back as it was made', () => {
    fc.assert(fc.property(content, (made) => expect(codec.decode(codec.encode(made))).toEqual(made)));
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
        expect(codec.decode(`lkd_${text}`)).toBeNull();
      }),
    );
  });

  it('stays good when a new secret is put before the old one, and ends with it', () => {
    const id = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';
    const token = codec.encode({ userId: id, deviceId: id, issuedAt: 1 });
    expect(new DeviceTokenCodec(new Keyring([NEW, OLD])).decode(token)).not.toBeNull();
    expect(new DeviceTokenCodec(new Keyring([NEW])).decode(token)).toBeNull();
  });

  it('is no refresh token', () => {
    const refreshTokens = new RefreshTokenCodec(new Keyring([OLD]));
    fc.assert(
      fc.property(content, (made) => {
        const token = codec.encode(made);
        expect(refreshTokens.decode(token)).toBeNull();
        expect(refreshTokens.decode(token.replace('lkd_', 'lkr_'))).toBeNull();
      }),
    );
  });
});
