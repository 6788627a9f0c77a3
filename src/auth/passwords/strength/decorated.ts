import { unsubstituted } from './folding';

/** Longest decoration that is considered on each side of a common password. */
const MAX_DECORATION = 8;

/** Digits in the order of the keyboard, forwards and backwards. */
const DIGIT_RUNS = '01234567890 09876543210';

/**
 * Finds common passwords with the usual decorations: substitutions such as `p@55w0rd`, and digits, years and
 * punctuation around them. The estimator treats a suffix as random, so that `2026!` after a word counts as 100,000
 * attempts; attackers try years and `!` after every word early.
 */
export class DecoratedPasswords {
  private readonly ranks = new Map<string, number>();

  /** @param common passwords, the most common first */
  constructor(common: readonly string[]) {
    common.forEach((password, index) => {
      const plain = unsubstituted(password);
      if (!this.ranks.has(plain)) this.ranks.set(plain, index + 1);
    });
  }

  /** @returns the rank of the common password times the rank of its decorations; null if none is found */
  attemptsOf(text: string): number | null {
    const plain = unsubstituted(text);
    const [front = 0, back = 0] = [/^\P{L}*/u, /\P{L}*$/u].map((side) => side.exec(text)?.[0].length);
    let least: number | null = null;
    for (let start = 0; start <= Math.min(front, MAX_DECORATION); start += 1) {
      for (let end = 0; end <= Math.min(back, MAX_DECORATION, text.length - start); end += 1) {
        const rank = this.ranks.get(plain.slice(start, text.length - end));
        if (rank === undefined) continue;
        const attempts = rank * decorations(text.slice(0, start)) * decorations(text.slice(text.length - end));
        least = Math.min(least ?? attempts, attempts);
      }
    }
    return least;
  }
}

/** The rank of a decoration: the product over its runs of digits and of other characters. */
function decorations(text: string): number {
  const runs = text.match(/\d+|\D+/g) ?? [];
  return runs.reduce((product, run) => product * (/\d/.test(run) ? digitRuns(run) : signRuns(run)), 1);
}

function digitRuns(digits: string): number {
  if (new Set(digits).size === 1 || DIGIT_RUNS.includes(digits)) return 10 * digits.length;
  if (/^(19|20)\d\d$/.test(digits)) return 100;
  // Four digits are usually a date or a meaningful number.
  return digits.length === 4 ? 1000 : 10 ** digits.length;
}

/** Most signs are `!`; repeating a sign adds nothing. */
const signRuns = (signs: string) => 5 ** new Set(signs).size;
