import fc from 'fast-check';
import { Keyring } from '../../platform/config/keyring';
import { OneTimeTokenCodec } from './one-time-token.codec';

describe('the token of a link', () => {
  const codec = new OneTimeTokenCodec(new Keyring(['a secret of at least thirty-two bytes']));

  it('comes back as the id that it was made of, and is the same whenever it is made again', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(codec.decode(codec.encode(id))).toBe(id);
        expect(codec.encode(id)).toBe(codec.encode(id));
      }),
    );
  });

  it('of an earlier version stays valid, byte for byte', () => {
    const earlier = new OneTimeTokenCodec(new Keyring(['a secret of at least 32 bytes, surely']));
    const content = '019aa3d2-5f30-7c44-9b1e-2f6d8a1c0e57';
    const token = 'lko_AZqj0l8wfESbHi9tihwOVzz6kpjri9ANjoV2t7y7nWraW42W1QbhzxGB7ZQoWY3_';
    expect(earlier.encode(content)).toBe(token);
    expect(earlier.decode(token)).toEqual(content);
  });
});
