/** Wrong codes in a row without a delay. */
export const FREE_FAILURES = 10;

/** After as many wrong codes in a row, codes that could be guessed are refused until another factor is proven. */
export const FREEZING_FAILURES = 100;

/** The longest delay, in milliseconds. */
const LONGEST_MS = 3_600_000;

/**
 * How long the next code has to wait: nothing for the first wrong ones, then 1, 2, 4, ... seconds, at most an hour.
 * @param failures wrong codes in a row
 */
export function delayAfter(failures: number): number {
  return failures < FREE_FAILURES ? 0 : Math.min(LONGEST_MS, 1000 * 2 ** (failures - FREE_FAILURES));
}
