import fc from 'fast-check';
import { Keyring } from '../config/keyring';
import { RowCipher } from './row-cipher';

const OLD = 'an old secret of at least 32 bytes!!';
const NEW = 'a new secret of at least 32 bytes!!!';

const cipher = (secrets: [string, ...string[]], purpose = 'one') => new RowCipher(new Keyring(secrets), purpose);

const plaintext = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

describe('an encrypted value of a row', () => {
  it('comes back as it was, and looks different each time', () => {
    fc.assert(
      fc.property(plaintext, fc.uuid(), (made, row) => {
        const [one, other] = [cipher([OLD]).encrypt(made, row), cipher([OLD]).encrypt(made, row)];
        expect(one).not.toBe(other);
        expect(cipher([OLD]).decrypt(one, row)).toEqual(made);
      }),
    );
  });

  it('M10 does not decrypt in another row, for another purpose, or after any change', () => {
    fc.assert(
      fc.property(plaintext, fc.uuid(), fc.uuid(), fc.nat(), (made, row, other, at) => {
        fc.pre(row !== other);
        const value = cipher([OLD]).encrypt(made, row);
        expect(cipher([OLD]).decrypt(value, other)).toBeNull();
        expect(cipher([OLD], 'another').decrypt(value, row)).toBeNull();
        const bytes = Buffer.from(value, 'base64url');
        bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ 1, at % bytes.length);
        expect(cipher([OLD]).decrypt(bytes.toString('base64url'), row)).toBeNull();
      }),
    );
  });

  it('decrypts after a new secret is put before the old one, and not without the old one', () => {
    const value = cipher([OLD]).encrypt(Buffer.from('seed'), 'row');
    expect(cipher([NEW, OLD]).decrypt(value, 'row')).toEqual(Buffer.from('seed'));
    expect(cipher([NEW]).decrypt(value, 'row')).toBeNull();
  });

  it('no text whatsoever makes decryption throw', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(cipher([OLD]).decrypt(text, 'row')).toBeNull()));
  });
});
