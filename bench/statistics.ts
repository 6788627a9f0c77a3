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
