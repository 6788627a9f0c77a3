/** Without regard to case and to how a character was written: Unicode NFKC, in lower case. */
export const folded = (text: string) => text.normalize('NFKC').toLowerCase().normalize('NFKC');

/** The alphabet, the digits, and the rows of QWERTY, QWERTZ and AZERTY keyboards. */
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'yxcvbnm',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
];

/** Three neighbours are a run; two are met in every word. */
const RUN = 3;

const RUNS = new Set(
  ROWS.flatMap((row) => [row, reversed(row)]).flatMap((row) =>
    Array.from({ length: row.length - RUN + 1 }, (_, index) => row.slice(index, index + RUN)),
  ),
);

/** The same text backwards, by code points. */
export function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}

/** Whether the text is runs of neighbours in a row, forwards or backwards, and nothing else. */
export function isSequence(text: string): boolean {
  const starts = Array.from({ length: text.length }, (_, index) => RUNS.has(text.slice(index, index + RUN)));
  return (
    starts.length >= RUN &&
    starts.every((_, index) => starts.slice(Math.max(0, index - RUN + 1), index + 1).some(Boolean))
  );
}

/**
 * The shortest text that gives this one when it is written over and over, the last time perhaps in part. Linear: the
 * failure function of Knuth, Morris and Pratt tells the period.
 */
export function repeatedUnit(text: string): string {
  const characters = Array.from(text);
  const borders = characters.map(() => 0);
  for (let index = 1, length = 0; index < characters.length; index += 1) {
    while (length > 0 && characters[index] !== characters[length]) length = borders[length - 1] ?? 0;
    if (characters[index] === characters[length]) length += 1;
    borders[index] = length;
  }
  return characters.slice(0, characters.length - (borders.at(-1) ?? 0)).join('');
}
