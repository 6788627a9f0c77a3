const DAY_MS = 86_400_000;

const twoDigits = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));
const threeDigits = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));

/** The date of the last formatted day: the rows of a list mostly span few days. */
let lastDay = { number: 0, date: '1970-01-01' };

/**
 * The same text as `Date.toISOString()` at a fifth of the cost: a page of a list has forty timestamps.
 * @param time epoch milliseconds
 */
export function isoTime(time: number): string {
  const number = Math.floor(time / DAY_MS);
  if (number !== lastDay.number) lastDay = { number, date: new Date(time).toISOString().slice(0, -14) };
  const ms = time - number * DAY_MS;
  const hours = twoDigits[Math.floor(ms / 3_600_000)];
  const minutes = twoDigits[Math.floor(ms / 60_000) % 60];
  const seconds = twoDigits[Math.floor(ms / 1000) % 60];
  return `${lastDay.date}T${hours}:${minutes}:${seconds}.${threeDigits[ms % 1000]}Z`;
}
