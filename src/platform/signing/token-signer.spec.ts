import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character';
import { Keyring } from '../config/keyring';
import { TokenSigner } from './token-signer';

const OLD = 'an old secret of at least 32 bytes!!';
const NEW = 'a new secret of at least 32 bytes!!!';

const SHAPE = { purpose: 'one', prefix: 'lkx_', length: 20 };
const signer = (secrets: [string, ...string[]], shape = SHAPE) => new TokenSigner(new Keyring(secrets), shape);

const content = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes));

describe('a token of authenticated bytes', () => {
  const tokens = signer([OLD]);

  it('is refused after any change, however small', () => {
    fc.assert(
      fc.property(
        content,
        fc.nat(),
        fc.string({ unit: anyCharacter, minLength: 1, maxLength: 1 }),
        (made, at, other) => {
          const token = tokens.sign(made);
          const index = at % token.length;
          fc.pre(token[index] !== other);
          expect(tokens.verify(token.slice(0, index) + other + token.slice(index + 1))).toBeNull();
        },
      ),
    );
  });

  it('no text whatsoever makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(tokens.verify(text)).toBeNull();
        expect(tokens.verify(SHAPE.prefix + text)).toBeNull();
      }),
    );
  });

  it('stays valid when a new secret is put before the old one, and ends with it', () => {
    const made = Buffer.alloc(20, 7);
    expect(signer([NEW, OLD]).verify(tokens.sign(made))).toEqual(made);
    expect(signer([NEW]).verify(tokens.sign(made))).toBeNull();
  });

  it('is no token of another kind, also under its prefix', () => {
    const others = signer([OLD], { ...SHAPE, purpose: 'another', prefix: 'lky_' });
    fc.assert(
      fc.property(content, (made) => {
        const token = tokens.sign(made);
        expect(others.verify(token)).toBeNull();
        expect(others.verify(token.replace('lkx_', 'lky_'))).toBeNull();
      }),
    );
  });

  it('is valid for the scope that it was made for, and for no other', () => {
    fc.assert(
      fc.property(content, fc.string(), fc.string(), (made, scope, other) => {
        fc.pre(scope !== other);
        const token = tokens.sign(made, scope);
        expect(tokens.verify(token, scope)).toEqual(made);
        expect(tokens.verify(token, other)).toBeNull();
        expect(tokens.verify(token)).toBeNull();
        expect(tokens.verify(tokens.sign(made), scope)).toBeNull();
      }),
    );
  });

  it('of a shorter MAC or of any length comes back, and not as one of another shape', () => {
    const shapes = [
      SHAPE,
      { purpose: 'one', prefix: 'lkx_', length: 20, macBytes: 16 },
      { purpose: 'one', prefix: 'lkx_' },
    ];
    const signers = shapes.map((shape) => new TokenSigner(new Keyring([OLD]), shape));
    fc.assert(
      fc.property(content, (made) => {
        for (const one of signers) {
          const verified = signers.map((other) => other.verify(one.sign(made)));
          expect(verified).toEqual(signers.map((other) => (other === one ? made : null)));
        }
      }),
    );
    expect(signers[2]?.verify(signers[2].sign(Buffer.alloc(0)))).toBeNull();
  });
});
