import fc from 'fast-check';
import { Keyring } from '../../platform/config/keyring';
import { OneTimeTokenCodec } from '../links/one-time-token.codec';
import { RefreshTokenCodec } from '../tokens/refresh-token.codec';
import { DeviceTokenCodec } from './device-token.codec';

const keyring = new Keyring(['a secret of at least thirty-two bytes']);

const content = fc.record({
  userId: fc.uuid(),
  deviceId: fc.uuid(),
  issuedAt: fc.integer({ min: 0, max: 0xffffffff }),
  credentialVersion: fc.integer({ min: 0, max: 0xffffffff }),
});

describe('a device token', () => {
  const codec = new DeviceTokenCodec(keyring);

  it('comes back as it was made', () => {
    fc.assert(fc.property(content, (made) => expect(codec.decode(codec.encode(made))).toEqual(made)));
  });

  it('is no refresh token and no link', () => {
    fc.assert(
      fc.property(content, (made) => {
        const token = codec.encode(made);
        expect(new RefreshTokenCodec(keyring).decode(token.replace('lkd_', 'lkr_'))).toBeNull();
        expect(new OneTimeTokenCodec(keyring).decode(token.replace('lkd_', 'lko_'))).toBeNull();
      }),
    );
  });

  it('of an earlier version stays valid, byte for byte', () => {
    const earlier = new DeviceTokenCodec(new Keyring(['a secret of at least 32 bytes, surely']));
    const content = {
      userId: '019aa3d2-5f30-7c44-9b1e-2f6d8a1c0e57',
      deviceId: '019aa3d2-5f31-7aaa-8bbb-0123456789ab',
      credentialVersion: 3,
      issuedAt: 1_763_690_000,
    };
    const token =
      'lkd_AZqj0l8wfESbHi9tihwOVwGao9JfMXqqi7sBI0VniatpH8YQAAAAAyErO4gIgy9D8xkKDaox4oIzKBWWMKIS01B7KuyAXdKQ';
    expect(earlier.encode(content)).toBe(token);
    expect(earlier.decode(token)).toEqual(content);
  });
});
