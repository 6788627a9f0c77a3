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
});
