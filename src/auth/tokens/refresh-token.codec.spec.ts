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
});
