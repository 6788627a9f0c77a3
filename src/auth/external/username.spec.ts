import fc from 'fast-check';
import { USERNAME } from '../../users/names';
import { usernameLike } from './username';

const isUsername = (name: string) =>
  name.length >= USERNAME.min && name.length <= USERNAME.max && USERNAME.pattern.test(name);

describe('a username for a new account', () => {
  it.each([
    ['alice', 'alice'],
    ['alice@example.com', 'alice'],
    ['Zoë.Müller@example.com', 'Zoe.Muller'],
    ['--alice--', 'alice'],
    ['alice smith', 'alicesmith'],
  ])('is like %s: %s', (name, username) => {
    expect(usernameLike(name, 0)).toBe(username);
  });

  it('is made up where nothing can be taken over, and has digits where it is taken', () => {
    for (const name of ['', 'al', '李雷', '@example.com', '...']) expect(usernameLike(name, 0)).toMatch(/^user-\d{6}$/);
    expect(usernameLike('alice', 1)).toMatch(/^alice-\d{6}$/);
  });

  it('is valid for any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.nat(5), (name, attempt) =>
        isUsername(usernameLike(name, attempt)),
      ),
    );
  });
});
