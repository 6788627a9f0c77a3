/** The value below which a share of the values lies (nearest rank); NaN without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** The middle one of the values. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/**
 * How many times as much the first got as the second: the median over the turns, each compared with the one next to it.
 * The ratio of two medians would compare turns that were minutes apart.
 */
export const ratioOf = (first: { turns: readonly number[] }, second: { turns: readonly number[] }): number =>
  median(first.turns.map((value, index) => value / (second.turns[index] ?? NaN)));

/** The values in a new random order, so that none always follows the same other one. */
export const inRandomOrder = <T>(values: readonly T[]): T[] =>
  values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);

/**
 * How many standard deviations the rank sum of the first sample is away from what it would be if both came from one
 * distribution (Mann and Whitney 1947, normal approximation). Assumes nothing about the distribution, so noise that
 * affects both samples alike does not matter.
 */
export function rankSumDeviation(first: readonly number[], second: readonly number[]): number {
  const wins = first.flatMap((a) => second.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)));
  const u = wins.reduce((sum, win) => sum + win, 0);
  const [n, m] = [first.length, second.length];
  return (u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
}
