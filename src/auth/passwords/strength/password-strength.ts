import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { DecoratedPasswords } from './decorated';
import { folded, repeatedUnit } from './folding';
import { isMadeOf, ownWords, type PasswordOwner } from './own-words';
import { type Weakness, weakness } from './reasons';

/** A password that is guessed in fewer attempts is refused: the number that an attacker without the hashes can try. */
export const ENOUGH_GUESSES = 1e8;

/**
 * Characters that are estimated at once, in UTF-16 code units: the cost grows faster than the length. A strong text
 * exceeds `ENOUGH_GUESSES` well before this length.
 */
export const PIECE = 32;

/**
 * Substitutions of letters, each sign for one letter; the estimator undoes all of them at once, and no other
 * combinations.
 */
const SUBSTITUTIONS = {
  table: {
    a: ['4', '@'],
    b: ['8'],
    e: ['3'],
    g: ['6', '9'],
    i: ['1', '!', '|'],
    o: ['0'],
    s: ['5', '$'],
    t: ['7', '+'],
  },
  mixtures: 1,
};

/** Number of family names, the most common first; all 89,000 would take as much memory as the other dictionaries. */
const FAMILY_NAMES = 20_000;

/** A strong text, and one that is weak at both ends. */
const WARM_UP = ['p@ss w0rd 12.05.1987 qwerty zebra', `${'werewolf'.repeat(4)}x${'1'.repeat(PIECE)}`];

/**
 * Added to every dictionary, because the library would otherwise find the inherited property of that name instead of a
 * rank.
 */
const INHERITED = 'constructor';

/**
 * Estimates how many attempts a password takes: zxcvbn-ts with its English and common dictionaries, plus checks for
 * what it misses. Independent of Nest and Node, so that it can also run in a browser.
 */
export class PasswordStrength {
  private static loaded: Promise<PasswordStrength> | undefined;

  private constructor(
    private readonly estimator: ZxcvbnFactory,
    private readonly decorated: DecoratedPasswords,
  ) {}

  /** Loads the dictionaries of 170,000 words, once per process: about 0.2 s of one core, in steps, and 20 MB. */
  static load(): Promise<PasswordStrength> {
    this.loaded ??= this.fromDictionaries();
    return this.loaded;
  }

  private static async fromDictionaries(): Promise<PasswordStrength> {
    const { ZxcvbnFactory } = await import('@zxcvbn-ts/core');
    await pause();
    const common = await import('@zxcvbn-ts/language-common');
    await pause();
    const english = await import('@zxcvbn-ts/language-en');
    await pause();
    const dictionary = dictionariesOf({ ...common.dictionary, ...english.dictionary });
    const options = {
      dictionary,
      graphs: common.adjacencyGraphs,
      l33tTable: SUBSTITUTIONS.table,
      l33tMaxSubstitutions: SUBSTITUTIONS.mixtures,
      maxLength: PIECE,
    };
    const factory = new ZxcvbnFactory(options);
    await pause();
    const loaded = new PasswordStrength(factory, new DecoratedPasswords(common.dictionary['passwords-common']));
    // The first checks are slower, because their code has to be compiled.
    for (const password of WARM_UP) {
      await pause();
      loaded.weaknessOf(password, { username: '', email: '' });
    }
    return loaded;
  }

  /** Why a password is too weak for its owner; null when it is strong enough. Takes milliseconds for any text. */
  weaknessOf(password: string, owner: PasswordOwner): Weakness | null {
    const text = folded(password);
    const words = ownWords(owner);
    if (isMadeOf(text, words)) return weakness('ownWords');
    const unit = repeatedUnit(text);
    const weak = this.asDecorated(unit) ?? this.asEstimated(piecesOf(unit), words);
    return weak && unit !== text ? weakness('extendedRepeat', ['repeated']) : weak;
  }

  private asDecorated(text: string): Weakness | null {
    const attempts = this.decorated.attemptsOf(text);
    if (attempts === null || attempts >= ENOUGH_GUESSES) return null;
    return weakness('decorated', ['decorated']);
  }

  /** A text takes at least as many attempts as any piece of it. @returns null when one piece takes enough */
  private asEstimated(pieces: readonly string[], words: readonly string[]): Weakness | null {
    const inputs = [...words.map(harmless), INHERITED];
    let found: Weakness | null = null;
    for (const piece of pieces) {
      const { guesses, feedback } = this.estimator.check(harmless(piece), inputs);
      if (guesses >= ENOUGH_GUESSES) return null;
      found ??= weakness(feedback.warning, feedback.suggestions);
    }
    return found;
  }
}

/** Yields to the event loop. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

/** `__proto__`, another inherited property, cannot be a dictionary word; hyphens have the same strength. */
const harmless = (text: string) => text.replaceAll('__', '--');

/** The parts of a text that are estimated: all of it, or its beginning and its end. */
const piecesOf = (text: string) => (text.length <= PIECE ? [text] : [text.slice(0, PIECE), text.slice(-PIECE)]);

type Words = Record<string, string[]>;

/**
 * The dictionaries by the names that the library expects: words of `diceware` count by the size of the list instead of
 * their rank. Sequences, such as months, form one dictionary, because each one costs time.
 */
function dictionariesOf(all: Words): Words {
  const { 'diceware-common': diceware = [], 'lastnames-en': names = [], ...named } = all;
  const isSequence = (name: string) => !/^(passwords|commonWords|wikipedia|firstnames)-/.test(name);
  const sequences = Object.keys(named).filter(isSequence);
  const others = Object.entries(named).filter(([name]) => !isSequence(name));
  const dictionaries: Words = {
    ...Object.fromEntries(others),
    diceware,
    lastnames: names.slice(0, FAMILY_NAMES),
    'months-and-others': sequences.flatMap((name) => named[name] ?? []),
  };
  return Object.fromEntries(Object.entries(dictionaries).map(([name, words]) => [name, [...words, INHERITED]]));
}
