import { dictionary } from '@zxcvbn-ts/language-common';
import fc from 'fast-check';
import { DomainError } from '../../common/problems/domain-error';
import { type PasswordOwner, PasswordPolicy } from './password-policy';

const policy = new PasswordPolicy();
const ALICE = { username: 'alice.w-1', email: 'wonder@rabbit-hole.example' };

/** The problem a password is refused with; null when it is taken. */
const problemOf = (password: string, owner: PasswordOwner = ALICE) => {
  try {
    policy.assertAcceptable(password, owner, '/password');
    return null;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error;
  }
};

const COMMON = /one of the most common/;
const CONTEXT = /little more than the username/;
const REPEATED = /repeats something short or common/;
const SEQUENCE = /a run of neighbours/;

describe('a password that is set', () => {
  it.each([
    'correct horse battery staple',
    'another long passphrase',
    'a longer and better passphrase',
    '7f3K!x9Q',
    '        a b c        ',
    'x'.repeat(255) + 'y',
    'alice went down the rabbit hole',
    'wonderwall and champagne supernova',
    'a latchkey under the doormat',
    'мой дядя самых честных правил',
    '床前明月光疑是地上霜',
    '🦊🐳🌵🎲🧭🪁🛶🎻',
  ])('may be %j: nothing is asked but that it is hard to guess', (password) => {
    expect(problemOf(password)).toBeNull();
  });

  it.each([
    ['qwertyuiop', COMMON],
    ['PassWord1', COMMON],
    ['ｐａｓｓｗｏｒｄ１', COMMON],
    ['\u{1D429}assword1', COMMON],
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
    ['SunshineSun', REPEATED],
    ['abcdefgh', SEQUENCE],
    ['ZYXWVUTS', SEQUENCE],
    ['87654321', SEQUENCE],
    ['34567890', SEQUENCE],
    ['abcd4567', SEQUENCE],
    ['hgfdsalkj', SEQUENCE],
    ['yxcvbnmasdf', SEQUENCE],
  ])('may not be %j, and the problem says %s', (password, reason) => {
    const problem = problemOf(password);
    expect(problem?.code).toBe('weak_password');
    expect(problem?.message).toMatch(reason);
    expect(problem?.message).toMatch(/such as several unrelated words/);
    expect(problem?.errors).toEqual([{ pointer: '/password', message: expect.stringMatching(reason) as string }]);
  });

  it('may be no password of the list, in whatever case', () => {
    expect(dictionary['passwords-common'].length).toBeGreaterThan(40_000);
    const taken = dictionary['passwords-common'].filter((common) => problemOf(common.toUpperCase()) === null);
    expect(taken).toEqual([]);
  });

  it('is judged by the account it is for', () => {
    expect(problemOf('zebedee!2026', ALICE)).toBeNull();
    expect(problemOf('zebedee!2026', { username: 'Zebedee', email: 'z@example.com' })?.message).toMatch(CONTEXT);
    expect(problemOf('jde12345', { username: 'j.d.e', email: 'z@example.com' })?.message).toMatch(CONTEXT);
    expect(problemOf('48aba', { username: 'aba', email: 'z@example.com' })?.message).toMatch(CONTEXT);
    expect(problemOf('12998877', { username: '998877', email: 'z@example.com' })?.message).toMatch(CONTEXT);
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

  it('is refused in any decoration, backwards, repeated, with substitutions, and next to another', () => {
    fc.assert(
      fc.property(attempt, ({ of, password }) => {
        expect(problemOf(password, of)?.code).toBe('weak_password');
      }),
      { numRuns: 1000 },
    );
  });

  it('in a passphrase of random words is no reason to refuse it', () => {
    const words = dictionary['diceware-common'];
    const passphrase = fc.array(fc.constantFrom(...words), { minLength: 5, maxLength: 12 });
    fc.assert(
      fc.property(owner, passphrase, fc.nat(5), (of, chosen, at) => {
        fc.pre(new Set(chosen).size > 4);
        expect(problemOf(chosen.toSpliced(at, 0, of.username).join(' '), of)).toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});

describe('any text', () => {
  const text = fc.string({ unit: 'binary', maxLength: 256 });
  const random = fc.string({ unit: 'grapheme', minLength: 24, maxLength: 256 });

  it('is taken or refused as a weak password, and never fails otherwise, whosever it is', () => {
    fc.assert(
      fc.property(text, text, text, (password, username, email) => {
        expect([undefined, 'weak_password']).toContain(problemOf(password, { username, email })?.code);
      }),
      { numRuns: 500 },
    );
  });

  it('of many random characters is taken', () => {
    fc.assert(
      fc.property(random, (password) => {
        fc.pre(new Set(Array.from(password.toLowerCase()).filter((character) => /\p{L}/u.test(character))).size > 12);
        expect(problemOf(password)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});
