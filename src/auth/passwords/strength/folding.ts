/** Maximum length of folded text, in UTF-16 code units; 256 characters can become 4,608 after NFKC. */
const MAX_UNITS = 1024;

/** Characters that commonly replace letters, each with its letter; i and l share a class. */
const STANDS_FOR = new Map(
  Object.entries({ a: '4@', b: '8', e: '3', g: '69', i: '1l!|', o: '0', s: '5$', t: '7+', z: '2' }).flatMap(
    ([letter, others]) => Array.from(others, (other) => [other, letter] as const),
  ),
);

/** Folds text to lowercase NFKC, with every white space as a space. Attackers ignore these differences. */
export const folded = (text: string) =>
  text.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s/g, ' ').slice(0, MAX_UNITS);

const SUBSTITUTES = new RegExp(`[${[...STANDS_FOR.keys()].join('')}]`, 'g');

/** Undoes substitutions in folded text, such as `p@55w0rd`; the length stays the same. */
export const unsubstituted = (text: string) =>
  text.replace(SUBSTITUTES, (character) => STANDS_FOR.get(character) ?? character);

/** The text reversed, by code points. */
export function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}

/**
 * The shortest text whose repetition, at least twice and possibly cut off at the end, gives this text; otherwise the
 * text itself. Linear: the period follows from the failure function of Knuth, Morris and Pratt.
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
