/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
}

/**
 * How many standard deviations the rank sum of the first sample is away from what it would be if both came from one
 * distribution (Mann and Whitney 1947, normal approximation). Knows nothing of the distribution, so noise that meets
 * both samples alike does not matter.
 */
export function rankSumDeviation(first: readonly number[], second: readonly number[]): number {
  const wins = first.flatMap((a) => second.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)));
  const u = wins.reduce((sum, win) => sum + win, 0);
  const [n, m] = [first.length, second.length];
  return (u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
}

/** Runs each piece of work so many times, in a new random order each time. @returns the durations of each, in milliseconds */
export async function timeInTurns<K extends string>(
  works: Record<K, () => Promise<unknown>>,
  rounds: number,
): Promise<Map<K, number[]>> {
  const names = Object.keys(works) as K[];
  const times = new Map<K, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const order = names.map((name) => ({ name, at: Math.random() })).sort((a, b) => a.at - b.at);
    for (const { name } of order) {
      const start = performance.now();
      await works[name]();
      times.get(name)?.push(performance.now() - start);
    }
  }
  return times;
}
