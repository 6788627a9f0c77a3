import { Test } from '@nestjs/testing';
import { dictionary } from '@zxcvbn-ts/language-common';
import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character';
import { OPERATOR } from '../../platform/audit/domain-events';
import { DomainError } from '../../platform/problems/domain-error';
import { BreachedPasswords } from './breached/breached-passwords.service';
import { PasswordPolicy } from './password-policy.service';
import type { PasswordOwner } from './strength/own-words';

const LEAKED = 'leaked although it is hard to guess';
let policy: PasswordPolicy;

beforeAll(async () => {
  const breached = { has: (password: string) => Promise.resolve(password === LEAKED) };
  const providers = [PasswordPolicy, { provide: BreachedPasswords, useValue: breached }];
  policy = (await Test.createTestingModule({ providers }).compile()).get(PasswordPolicy);
});

const ALICE = { username: 'alice.w-1', email: 'wonder@rabbit-hole.example' };

/** The problem a password is refused with; null when it is taken. */
const problemOf = async (password: string, owner: PasswordOwner = ALICE) => {
  try {
    await policy.assertAcceptable(password, owner, '/password', OPERATOR);
    return null;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error;
  }
};

const COMMON = /one of the most common/;
const CONTEXT = /little more than the username/;
const REPEATED = /repeats something short or common/;
const SEQUENCE = /a run of neighboring/;
const DATE = /little more than a date or a year/;
const WORD = /little more than a single word/;
const GUESSED = /fewer than 100 million attempts/;

describe('a password that is set', () => {
  it.each([
    'correct horse battery staple',
    'another long passphrase',
    'a longer and better passphrase',
    '7f3K!x9Q',
    '        a b c        ',
    'another fine passphrase',
    'hunter2-hunter2',
    '__proto__ is not it',
    'my constructor 12',
    `${'a'.repeat(64)}kX8#vQ2!mZ`,
    `kX8#vQ2!mZ${'a'.repeat(64)}`,
    'alice went down the rabbit hole',
    'wonderwall and champagne supernova',
    'a latchkey under the doormat',
    'мой дядя самых честных правил',
    '床前明月光疑是地上霜',
    '🦊🐳🌵🎲🧭🪁🛶🎻',
  ])('may be %j: nothing is asked but that it is hard to guess', async (password) => {
    expect(await problemOf(password)).toBeNull();
  });

  it.each([
    ['qwertyuiop', COMMON],
    ['Password123!', COMMON],
    ['P@ssw0rd1', COMMON],
    ['Welcome2026!', COMMON],
    ['Summer2026', COMMON],
    ['Qwerty123!', COMMON],
    ['PassWord1', COMMON],
    ['ｐａｓｓｗｏｒｄ１', COMMON],
    ['\u{1D429}assword1', COMMON],
    ['monkeydragon', GUESSED],
    ['chrysanthemum', WORD],
    ['22.03.1987!', DATE],
    ['alice.w-1', CONTEXT],
    ['Alice2024!', CONTEXT],
    ['...alice...', CONTEXT],
    ['ecila12345', CONTEXT],
    ['alicealice', CONTEXT],
    ['4l1c3!!!', CONTEXT],
    ['@L!CE1234', CONTEXT],
    ['alice_wonder', CONTEXT],
    ['wonder@rabbit-hole.example', CONTEXT],
    ['rabbithole1', CONTEXT],
    ['Rabbit-Hole', CONTEXT],
    ['1234wonder', CONTEXT],
    ['L4tchk3y2026', CONTEXT],
    ['yekhctal!', CONTEXT],
    ['aaaaaaaa', REPEATED],
    ['xyxyxyxy', REPEATED],
    ['abc!abc!ab', REPEATED],
    ['😀'.repeat(8), REPEATED],
    ['ä'.repeat(256), REPEATED],
    ['sunshine'.repeat(3), REPEATED],
    ['SunshineSun', COMMON],
    ['\n'.repeat(8), REPEATED],
    ['x'.repeat(255) + 'y', REPEATED],
    ['internationalcommunication'.repeat(8), REPEATED],
    ['abcdefgh', SEQUENCE],
    ['ZYXWVUTS', SEQUENCE],
    ['87654321', COMMON],
    ['34567890', SEQUENCE],
    ['abcd4567', SEQUENCE],
    ['hgfdsalkj', COMMON],
    ['yxcvbnmasdf', SEQUENCE],
  ])('may not be %j, and the problem says %s', async (password, reason) => {
    const problem = await problemOf(password);
    expect(problem?.code).toBe('weak_password');
    expect(problem?.message).toMatch(reason);
    expect(problem?.message).toMatch(/such as several unrelated words/);
    expect(problem?.errors).toEqual([{ pointer: '/password', message: expect.stringMatching(reason) as string }]);
  });

  it('is refused with what to do', async () => {
    const detail = async (password: string) => (await problemOf(password))?.message;
    expect(await detail('Welcome2026!')).toBe(
      'The password is one of the most common ones, or little more. Digits, years and punctuation around it, and signs in place ' +
        'of letters, are tried early. Choose something longer that only you would think of, such as several unrelated words.',
    );
    expect(await detail('aaaaaaaa')).toMatch(/Repeating it adds little\. Choose/);
    expect(await detail('22.03.1987!')).toMatch(/Dates are tried early\. Choose/);
  });

  it('is refused when it was leaked, with the reason and what to do', async () => {
    expect(await problemOf(LEAKED)).toMatchObject({
      code: 'weak_password',
      message:
        'The password has appeared in a data breach of another service. Leaked passwords are tried first, no matter who used ' +
        'them. Choose one that was never used anywhere, such as several unrelated words.',
      errors: [
        {
          pointer: '/password',
          message: 'must not be a password that has appeared in a data breach of another service',
        },
      ],
    });
  });

  it('is judged by the account it is for', async () => {
    expect(await problemOf('quavromil!2026', ALICE)).toBeNull();
    for (const [password, username] of [
      ['quavromil!2026', 'Quavromil'],
      ['jde12345', 'j.d.e'],
      ['48aba', 'aba'],
      ['12998877', '998877'],
    ] as const) {
      expect((await problemOf(password, { username, email: 'z@example.com' }))?.message).toMatch(CONTEXT);
    }
  });
});

describe('a word of the account', () => {
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
  const username = fc.string({
    unit: fc.constantFrom(...letters, '0', '1', '7', '_', '.', '-'),
    minLength: 3,
    maxLength: 20,
  });
  const label = fc.string({ unit: fc.constantFrom(...letters, '3', '9'), minLength: 3, maxLength: 12 });
  const owner = fc.record({
    username,
    email: fc.tuple(label, label).map(([local, domain]) => `${local}@${domain}.example`),
  });
  const decoration = fc.string({
    unit: fc.constantFrom(...Array.from('0123456789!@#$%&*()-_=+.,;: ?|~€😀')),
    maxLength: 12,
  });
  const LEET: Record<string, string[]> = {
    a: ['4', '@'],
    b: ['8'],
    e: ['3'],
    g: ['6', '9'],
    i: ['1', '!', '|'],
    l: ['1', '!', '|'],
    o: ['0'],
    s: ['5', '$'],
    t: ['7', '+'],
    z: ['2'],
  };

  /** The word as people hide it: each letter perhaps substituted, perhaps in upper case; perhaps backwards. */
  const disguised = (word: string) =>
    fc
      .tuple(
        fc.boolean(),
        ...Array.from(word, (letter) => fc.constantFrom(letter, letter.toUpperCase(), ...(LEET[letter] ?? []))),
      )
      .map(([isBackwards, ...characters]) => (isBackwards ? characters.reverse() : characters).join(''));

  const attempt = owner.chain((of) => {
    const words = [of.username, of.email, ...of.email.split('@'), of.email.split(/[@.]/)[1] ?? '', 'latchkey'];
    const hidden = fc.constantFrom(...words).chain(disguised);
    const pieces = fc.array(fc.tuple(hidden, decoration), { minLength: 1, maxLength: 3 });
    return fc.tuple(decoration, pieces).map(([start, rest]) => ({ of, password: start + rest.flat().join('') }));
  });

  it('is refused in any decoration, backwards, repeated, with substitutions, and next to another', async () => {
    await fc.assert(
      fc.asyncProperty(attempt, async ({ of, password }) => {
        expect((await problemOf(password, of))?.code).toBe('weak_password');
      }),
      { numRuns: 1000 },
    );
  });

  it('in a passphrase of random words is no reason to refuse it', async () => {
    const words = dictionary['diceware-common'];
    const passphrase = fc.array(fc.constantFrom(...words), { minLength: 5, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(owner, passphrase, fc.nat(5), async (of, chosen, at) => {
        fc.pre(new Set(chosen).size > 4);
        expect(await problemOf(chosen.toSpliced(at, 0, of.username).join(' '), of)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });
});

describe('any text', () => {
  const text = fc.string({ unit: anyCharacter, maxLength: 256 });
  const random = fc.string({ unit: 'grapheme', minLength: 24, maxLength: 256 });

  it('is taken or refused as a weak password, and never fails otherwise, whosever it is', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, async (password, username, email) => {
        expect([undefined, 'weak_password']).toContain((await problemOf(password, { username, email }))?.code);
      }),
      { numRuns: 100 },
    );
  });

  it('of many random characters is taken', async () => {
    await fc.assert(
      fc.asyncProperty(random, async (password) => {
        fc.pre(new Set(Array.from(password.toLowerCase()).filter((character) => /\p{L}/u.test(character))).size > 12);
        expect(await problemOf(password)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });
});
