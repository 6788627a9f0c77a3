/** The advice for every reason. */
const ADVICE = 'Choose something longer that only you would think of, such as several unrelated words.';

/** Why a password is too weak. */
export interface Weakness {
  /** The reason, to complete "The password ...". */
  reason: string;
  /** The advice: one or more sentences. */
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

/** The reasons by the estimator's names for warnings, and by those of our own checks. */
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

/** Additional advice, by the estimator's names for suggestions. */
const HINTS = new Map([
  ['decorated', 'Digits, years and punctuation around it, and signs in place of letters, are tried early.'],
  ['l33t', 'Signs in place of letters are tried early.'],
  ['reverseWords', 'Words spelled backwards are tried early.'],
  ['repeated', 'Repeating it adds little.'],
  ['recentYears', 'Years are tried early.'],
  ['dates', 'Dates are tried early.'],
]);

/** @param warning the estimator's name for the warning; null when it has none */
export function weakness(warning: string | null, suggestions: readonly string[] = []): Weakness {
  const hints = suggestions.flatMap((suggestion) => HINTS.get(suggestion) ?? []);
  return {
    reason: REASONS.get(warning ?? '') ?? 'would be guessed in fewer than 100 million attempts',
    advice: [...hints, ADVICE].join(' '),
  };
}

/** A password that others know, however hard it is to guess. */
export const BREACHED: Weakness = {
  reason: 'has appeared in a data breach of another service',
  advice:
    'Leaked passwords are tried first, no matter who used them. Choose one that was never used anywhere, such as several unrelated words.',
};
