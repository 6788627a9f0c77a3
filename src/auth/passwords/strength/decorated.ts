import { unsubstituted } from './folding';

/** Longest decoration on each side of a common password that is looked for; a longer one is not a usual one. */
const MAX_DECORATION = 8;

/** Digits in the order of the keyboard, forwards and backwards. */
const DIGIT_RUNS = '01234567890 09876543210';

/**
 * Finds common passwords in their usual disguises: substitutions such as `p@55w0rd`, and digits, years and punctuation
 * around them. The estimator counts what stands behind a word as if it were random, so that `2026!` takes 100,000
 * attempts after any word; attackers put years and `!` behind every word early.
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

  /** @returns the rank of the common password times the number of usual decorations up to this one; null for none */
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

/** How many usual decorations come up to this one: its runs of digits and of other characters, each for itself. */
function decorations(text: string): number {
  const runs = text.match(/\d+|\D+/g) ?? [];
  return runs.reduce((product, run) => product * (/\d/.test(run) ? digitRuns(run) : signRuns(run)), 1);
}

function digitRuns(digits: string): number {
  if (new Set(digits).size === 1 || DIGIT_RUNS.includes(digits)) return 10 * digits.length;
  if (/^(19|20)\d\d$/.test(digits)) return 100;
  // Four digits are a date or a number that means something; few people choose any other.
  return digits.length === 4 ? 1000 : 10 ** digits.length;
}

/** A sign is mostly `!`; the same one again adds nothing. */
const signRuns = (signs: string) => 5 ** new Set(signs).size;
