import fc from 'fast-check';
import { anyCharacter } from '../../test/support/any-character';
import { addressKey } from '../platform/addresses/mailbox';
import { loginKey, canIdentify, usernameKey } from './names';

const username = fc.stringMatching(/^[A-Za-z0-9_.-]{3,80}$/);

describe('a login name', () => {
  it('has a key that is its own key', () => {
    fc.assert(
      fc.property(fc.oneof(username, fc.string({ unit: anyCharacter })), (name) => {
        expect(usernameKey(usernameKey(name))).toBe(usernameKey(name));
      }),
    );
  });

  it('shares the key of a username only when it differs in case alone', () => {
    fc.assert(
      fc.property(username, fc.oneof(username, fc.string({ unit: anyCharacter })), (name, other) => {
        const isSame = /^[\x21-\x7E]*$/.test(other) && name.toLowerCase() === other.toLowerCase();
        expect(usernameKey(name) === usernameKey(other)).toBe(isSame);
      }),
    );
    for (const name of ['\u212Aelvin', 'kelvin\u200B', ' kelvin', '\uFF4Belvin', 'ke\u0131vin']) {
      expect(usernameKey(name)).not.toBe('kelvin');
    }
  });

  it('has the key of every way to write it in capitals, as a username of 3 to 80 letters, digits, and _ . -', () => {
    fc.assert(
      fc.property(username, (name) => {
        expect(usernameKey(name.toUpperCase())).toBe(name.toLowerCase());
        expect(loginKey(name.toUpperCase())).toBe(name.toLowerCase());
      }),
    );
    for (const length of [3, 80]) expect(usernameKey('A'.repeat(length))).toBe('a'.repeat(length));
  });

  it.each(['AB', 'A'.repeat(81), 'Alice!', '!Alice', 'Alice Smith', 'Zo\u00EB', ''])(
    '%j is no username, and its own key',
    (name) => expect([usernameKey(name), loginKey(name)]).toEqual([name, name]),
  );

  it('without an @ stands for whatever account has it as its username', () => {
    expect(canIdentify('alice', { email: 'someone@example.com' })).toBe(true);
  });

  it('that is no address stands only for an account that has exactly this one', () => {
    const text = '\u212Aelvin@example.com';
    expect(loginKey(text)).toBe(addressKey('kelvin@example.com'));
    expect(canIdentify(text, { email: 'kelvin@example.com' })).toBe(false);
    expect(canIdentify(text, { email: text })).toBe(true);
    expect(canIdentify('KELVIN@example.com', { email: text })).toBe(true);
  });
});
