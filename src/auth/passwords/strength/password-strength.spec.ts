import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';
import fc from 'fast-check';
import { anyCharacter } from '../../../../test/support/any-character';
import { PIECE, PasswordStrength } from './password-strength';

const STRANGER = { username: 'x7', email: 'x7@y8.example' };

/** With many words, each of which costs time. */
const OWNER = { username: 'alice.w-1_bob.carol-dave.erin', email: 'wonder.land-alice+tag@rabbit-hole.sub.example' };

const PASSWORDS = common['passwords-common'];
const COMMON = PASSWORDS.slice(0, 10_000);
const SEED = 20_261_121;

/** As `Text({ min: 8 })` of the DTOs asks for. */
const SHORTEST = 8;

let strength: PasswordStrength;

beforeAll(async () => {
  strength = await PasswordStrength.load();
});

/** Those that are strong enough for an owner whose name is no part of them. */
const passing = (passwords: readonly string[]) =>
  passwords.filter((each) => each.length >= SHORTEST && strength.weaknessOf(each, STRANGER) === null);

const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);

const leet = (signs: Record<string, string>) => (word: string) =>
  Array.from(word, (letter) => signs[letter] ?? letter).join('');

const CASES = [(word: string) => word, capital, (word: string) => word.toUpperCase()];
const SPELLINGS = [
  (word: string) => word,
  leet({ a: '@', o: '0' }),
  leet({ a: '4', e: '3', i: '1', o: '0', s: '5', t: '7', l: '1' }),
  leet({ a: '@', e: '3', i: '!', s: '$', o: '0', l: '|' }),
];
const BEHIND = '|1|123|99|2026|!|1!|123!|2026!|!!|@123|739!'.split('|');

describe('the 10,000 most common passwords', () => {
  it.each(BEHIND)('and their usual variations with %j behind are all refused', (behind) => {
    const variations = COMMON.map((word, index) => {
      // Every password in one of all combinations of case and spelling, and over all tests in each of them.
      const [inCase, spelled] = [
        CASES[(index + BEHIND.indexOf(behind)) % CASES.length],
        SPELLINGS[index % SPELLINGS.length],
      ];
      return `${inCase?.(spelled?.(word) ?? word)}${behind}`;
    });
    expect(passing(variations)).toEqual([]);
  });
});

describe('every other common password', () => {
  it('is refused in any case', () => {
    expect(PASSWORDS.length).toBeGreaterThan(40_000);
    expect(passing(PASSWORDS.map((each) => each.toUpperCase()))).toEqual([]);
  });
});

describe('a passphrase of four random words', () => {
  const passphrases = (words: readonly string[], separator: string, numRuns: number) =>
    fc
      .sample(fc.array(fc.constantFrom(...words), { minLength: 4, maxLength: 4 }), { seed: SEED, numRuns })
      .map((chosen) => chosen.join(separator));

  it('is taken: 1,000 of them', () => {
    const chosen = passphrases(common['diceware-common'], ' ', 1000);
    expect(passing(chosen)).toHaveLength(1000);
  });

  it.each([
    ['diceware-common', '', common['diceware-common']],
    ['commonWords-en', ' ', english['commonWords-en'].slice(0, 20_000)],
    ['commonWords-en', '-', english['commonWords-en'].slice(0, 1000)],
    ['passwords-common', ' ', COMMON],
  ])('is taken: 100 of %s, joined by %j', (_, separator, words) => {
    const chosen = passphrases(words, separator, 100).filter((each) => each.length >= SHORTEST);
    expect(passing(chosen)).toHaveLength(chosen.length);
  });
});

describe('the estimate', () => {
  const word = fc.constantFrom(...COMMON.slice(0, 3000), ...english['commonWords-en'].slice(0, 2000));
  const unit = fc.constantFrom('a', 'ab', '1', '4@', '1!', '||', '01', '1.1.91', '2026', 'thethe', 'qwerty', '\ufdfa');
  const few = fc.string({ unit: fc.constantFrom('a', 'b', '1', '4', '_'), maxLength: 20 });
  const part = fc.oneof(
    word,
    word.map((each) => SPELLINGS[2]?.(each) ?? each),
    unit,
    few,
    fc.string({ unit: anyCharacter }),
  );
  const parts = fc.array(part, { maxLength: 60 }).map((each) => each.join(''));
  const ends = fc.tuple(parts, unit, parts).map(([start, middle, end]) => start.slice(0, 32) + middle.repeat(99) + end);
  const hostile = fc.oneof(parts, ends).map((text) => text.slice(0, 256));

  it('never gets more than two pieces of 32 characters, as its cost grows faster than their length', () => {
    const check = jest.spyOn(ZxcvbnFactory.prototype, 'check');
    fc.assert(
      fc.property(hostile, (text) => {
        check.mockClear();
        strength.weaknessOf(text, OWNER);
        expect(check.mock.calls.length).toBeLessThanOrEqual(2);
        for (const [piece] of check.mock.calls) expect(piece.length).toBeLessThanOrEqual(PIECE);
      }),
      { seed: SEED },
    );
    check.mockRestore();
  });

  it('is a number, whatever the text, the words that objects inherit included', () => {
    const inherited = ['constructor', '__proto__', 'rotcurtsnoc', 'c0n$truct0r', '__orto__', 'hasownproperty'];
    expect(passing(inherited.map((each) => `${each} xq7wv kz9fj`))).toHaveLength(inherited.length);
    // An estimate that is none would be less than nothing.
    expect(
      passing(['constructor', 'c0nstruct0r!', 'rotcurtsnoc1', 'password__1', 'constructor1', '1constructor']),
    ).toEqual([]);
  });
});
