import fc from 'fast-check';
import { Keyring } from '../config/keyring';
import { SignedToken } from './signed-token';

const OLD = 'an old secret of at least 32 bytes!!';
const NEW = 'a new secret of at least 32 bytes!!!';

const SHAPE = { purpose: 'one', prefix: 'lkx_', length: 20 };
const sealing = (secrets: [string, ...string[]], shape = SHAPE) => new SignedToken(new Keyring(secrets), shape);

const content = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes));

describe('a token of authenticated bytes', () => {
  const tokens = sealing([OLD]);

  it('is refused after any change, however small', () => {
    fc.assert(
      fc.property(content, fc.nat(), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (made, at, other) => {
        const token = tokens.seal(made);
        const index = at % token.length;
        fc.pre(token[index] !== other);
        expect(tokens.open(token.slice(0, index) + other + token.slice(index + 1))).toBeNull();
      }),
    );
  });

  it('no text whatsoever makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(tokens.open(text)).toBeNull();
        expect(tokens.open(SHAPE.prefix + text)).toBeNull();
      }),
    );
  });

  it('stays good when a new secret is put before the old one, and ends with it', () => {
    const made = Buffer.alloc(20, 7);
    expect(sealing([NEW, OLD]).open(tokens.seal(made))).toEqual(made);
    expect(sealing([NEW]).open(tokens.seal(made))).toBeNull();
  });

  it('is no token of another kind, also under its prefix', () => {
    const others = sealing([OLD], { ...SHAPE, purpose: 'another', prefix: 'lky_' });
    fc.assert(
      fc.property(content, (made) => {
        const token = tokens.seal(made);
        expect(others.open(token)).toBeNull();
        expect(others.open(token.replace('lkx_', 'lky_'))).toBeNull();
      }),
    );
  });
});
