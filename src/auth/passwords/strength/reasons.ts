/** What to do, whatever the reason. */
const ADVICE = 'Choose something longer that only you would think of, such as several unrelated words.';

/** A password that is guessed too early. */
export interface Weakness {
  /** What is wrong, to go behind "The password". */
  reason: string;
  /** What to do instead: one or more sentences. */
  advice: string;
}

const COMMON = 'is one of the most common ones';
const DECORATED = 'is one of the most common ones, or little more';
const CLOSE_TO_COMMON = 'is close to one of the most common ones';
const KEYBOARD = 'is mostly a run of neighboring keys';
const REPEATED = 'repeats something short or common';
const DATE = 'is little more than a date or a year';
const NAME = 'is little more than a name';

const OWN_WORDS = 'is little more than the username, the email address or the name of this service';

/** What the estimator warns of, by its own names, and what is found besides it. */
const REASONS = new Map([
  ['topTen', COMMON],
  ['topHundred', COMMON],
  ['common', COMMON],
  ['similarToCommon', CLOSE_TO_COMMON],
  ['decorated', DECORATED],
  ['ownWords', OWN_WORDS],
  ['userInputs', OWN_WORDS],
  ['straightRow', KEYBOARD],
  ['keyPattern', KEYBOARD],
  ['simpleRepeat', REPEATED],
  ['extendedRepeat', REPEATED],
  ['sequences', 'is mostly a run of neighboring letters or digits, or of words in their usual order'],
  ['dates', DATE],
  ['recentYears', DATE],
  ['wordByItself', 'is little more than a single word'],
  ['namesByThemselves', NAME],
  ['commonNames', NAME],
]);

/** What the estimator suggests, by its own names, where that is more than the advice for all. */
const HINTS = new Map([
  ['decorated', 'Digits, years and punctuation around it, and signs in place of letters, are tried early.'],
  ['l33t', 'Signs in place of letters are tried early.'],
  ['reverseWords', 'Words spelled backwards are tried early.'],
  ['repeated', 'Repeating it adds little.'],
  ['recentYears', 'Years are tried early.'],
  ['dates', 'Dates are tried early.'],
]);

/** @param warning the estimator's name for what is wrong; null when it has none */
export function weakness(warning: string | null, suggestions: readonly string[] = []): Weakness {
  const hints = suggestions.flatMap((suggestion) => HINTS.get(suggestion) ?? []);
  return {
    reason: REASONS.get(warning ?? '') ?? 'would be guessed in fewer than 100 million attempts',
    advice: [...hints, ADVICE].join(' '),
  };
}
