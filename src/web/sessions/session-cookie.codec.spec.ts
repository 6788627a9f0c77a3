import fc from 'fast-check';
import { DeviceTokenCodec } from '../../auth/devices/device-token.codec';
import { OneTimeTokenCodec } from '../../auth/links/one-time-token.codec';
import { RefreshTokenCodec } from '../../auth/tokens/refresh-token.codec';
import { Keyring } from '../../platform/config/keyring';
import { TokenSigner } from '../../platform/signing/token-signer';
import { SessionCookieCodec } from './session-cookie.codec';

const keyring = new Keyring(['a secret of at least thirty-two bytes']);

const content = fc.record({
  sessionId: fc.uuid(),
  userId: fc.uuid(),
  rotation: fc.integer({ min: 0, max: 0xffffffff }),
});

describe('a session cookie', () => {
  const codec = new SessionCookieCodec(keyring);

  it('comes back as it was made', () => {
    fc.assert(fc.property(content, (made) => expect(codec.decode(codec.encode(made))).toEqual(made)));
  });

  it('is made of characters that a cookie may have', () => {
    fc.assert(fc.property(content, (made) => expect(codec.encode(made)).toMatch(/^lks_[\w-]{91}$/)));
  });

  it('is refused when any bit of it is another', () => {
    fc.assert(
      fc.property(content, fc.nat(), fc.integer({ min: 0, max: 7 }), (made, at, bit) => {
        const bytes = Buffer.from(codec.encode(made).slice(4), 'base64url');
        const index = at % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(index) ^ (1 << bit), index);
        expect(codec.decode(`lks_${bytes.toString('base64url')}`)).toBeNull();
      }),
    );
  });

  it('is refused when any character of it is another, left out or one too many', () => {
    fc.assert(
      fc.property(content, fc.nat(), fc.string({ maxLength: 1 }), (made, at, other) => {
        const token = codec.encode(made);
        const index = at % token.length;
        fc.pre(token[index] !== other);
        expect(codec.decode(token.slice(0, index) + other + token.slice(index + 1))).toBeNull();
        expect(codec.decode(token + other)).toEqual(other === '' ? made : null);
      }),
    );
  });

  it('is no token of another purpose, and none of those is a session cookie', () => {
    const others = [
      ['lkr_', new RefreshTokenCodec(keyring)],
      ['lkd_', new DeviceTokenCodec(keyring)],
      ['lko_', new OneTimeTokenCodec(keyring)],
    ] as const;
    fc.assert(
      fc.property(content, ({ sessionId, userId, rotation }) => {
        const token = codec.encode({ sessionId, userId, rotation });
        for (const [prefix, other] of others) expect(other.decode(token.replace('lks_', prefix))).toBeNull();
        const device = { userId, deviceId: sessionId, credentialVersion: rotation, issuedAt: 0 };
        const made = [others[0][1].encode({ sessionId, rotation }), others[1][1].encode(device)];
        for (const one of made) expect(codec.decode(one.replace(/^lk._/, 'lks_'))).toBeNull();
      }),
    );
    const flash = new TokenSigner(keyring, { purpose: 'flash', prefix: 'lks_', length: 36 });
    expect(codec.decode(flash.sign(Buffer.alloc(36, 1)))).toBeNull();
  });

  it('of an earlier version stays good, byte for byte', () => {
    const earlier = new SessionCookieCodec(new Keyring(['a secret of at least 32 bytes, surely']));
    const held = {
      sessionId: '019aa3d2-5f30-7c44-9b1e-2f6d8a1c0e57',
      userId: '019aa3d2-5f31-7aaa-8bbb-0123456789ab',
      rotation: 3,
    };
    const token = 'lks_AZqj0l8wfESbHi9tihwOVwGao9JfMXqqi7sBI0VniasAAAADB_RhamKyYlCKW6rlRQocu1YnRFjPCvrsteYuz58aBxE';
    expect(earlier.encode(held)).toBe(token);
    expect(earlier.decode(token)).toEqual(held);
  });

  it('ends with its secret, and not while the secret stands behind a new one', () => {
    const next = 'another secret of more than 32 bytes';
    const held = {
      sessionId: '019aa3d2-5f30-7c44-9b1e-2f6d8a1c0e57',
      userId: '019aa3d2-5f31-7aaa-8bbb-0123456789ab',
      rotation: 0,
    };
    const token = codec.encode(held);
    expect(new SessionCookieCodec(new Keyring([next, 'a secret of at least thirty-two bytes'])).decode(token)).toEqual(
      held,
    );
    expect(new SessionCookieCodec(new Keyring([next])).decode(token)).toBeNull();
  });
});
