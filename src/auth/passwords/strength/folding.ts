/** Longest folded text that is looked at, in UTF-16 code units; 256 characters can be 4,608 of them after NFKC. */
const MAX_UNITS = 1024;

/** Characters that are usually written for letters, each with the letter that stands for its class; i and l share one. */
const STANDS_FOR = new Map(
  Object.entries({ a: '4@', b: '8', e: '3', g: '69', i: '1l!|', o: '0', s: '5$', t: '7+', z: '2' }).flatMap(
    ([letter, others]) => Array.from(others, (other) => [other, letter] as const),
  ),
);

/**
 * Without regard to case and to how a character was written: Unicode NFKC in lower case, every white space as a space.
 * What attackers try does not depend on these.
 */
export const folded = (text: string) =>
  text.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s/g, ' ').slice(0, MAX_UNITS);

/** The folded text with every substitution undone, as `p@55w0rd`; as long as before. */
export const unsubstituted = (text: string) =>
  text.replace(/[^a-km-z]/g, (character) => STANDS_FOR.get(character) ?? character);

/** The same text backwards, by code points. */
export function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}

/**
 * The shortest text that gives this one when it is written at least twice, the last time perhaps in part; else the text
 * itself. Linear: the failure function of Knuth, Morris and Pratt tells the period.
 */
export function repeatedUnit(text: string): string {
  const characters = Array.from(text);
  const borders = characters.map(() => 0);
  for (let index = 1, length = 0; index < characters.length; index += 1) {
    while (length > 0 && characters[index] !== characters[length]) length = borders[length - 1] ?? 0;
    if (characters[index] === characters[length]) length += 1;
    borders[index] = length;
  }
  const period = characters.length - (borders.at(-1) ?? 0);
  return 2 * period > characters.length ? text : characters.slice(0, period).join('');
}
