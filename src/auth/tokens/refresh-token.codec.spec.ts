import fc from 'fast-check';
import { Keyring } from '../../platform/config/keyring';
import { RefreshTokenCodec } from './refresh-token.codec';

const content = fc.record({ sessionId: fc.uuid(), rotation: fc.integer({ min: 0, max: 0xffffffff }) });

describe('a refresh token', () => {
  const codec = new RefreshTokenCodec(new Keyring(['a secret of at least thirty-two bytes']));

  it('comes back as it was made, and is the same whenever it is made again', () => {
    fc.assert(
      fc.property(content, (made) => {
        expect(codec.decode(codec.encode(made))).toEqual(made);
        expect(codec.encode(made)).toBe(codec.encode(made));
      }),
    );
  });

  it('of an earlier version stays valid, byte for byte', () => {
    const earlier = new RefreshTokenCodec(new Keyring(['a secret of at least 32 bytes, surely']));
    const content = { sessionId: '019aa3d2-5f30-7c44-9b1e-2f6d8a1c0e57', rotation: 7 };
    const token = 'lkr_AZqj0l8wfESbHi9tihwOVwAAAAf2kqeWeDTwFswwOguI62MhFqxU46C8SUOT6ZDp4kXB-A';
    expect(earlier.encode(content)).toBe(token);
    expect(earlier.decode(token)).toEqual(content);
  });
});
