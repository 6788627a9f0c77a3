import { folded, reversed } from './predictable';

/** What this service is called. */
const PRODUCT = 'latchkey';

/** Shorter parts are met in everything. */
const SHORTEST_WORD = 3;

/** Characters that are usually written for letters, each with the letter that stands for its class; i and l share one. */
const STANDS_FOR = new Map(
  Object.entries({ a: '4@', b: '8', e: '3', g: '69', i: '1l!|', o: '0', s: '5$', t: '7+', z: '2' }).flatMap(
    ([letter, others]) => Array.from(others, (other) => [other, letter] as const),
  ),
);

/** The text with every such character replaced; as long as before. */
const plain = (text: string) => text.replace(/[^a-km-z]/g, (character) => STANDS_FOR.get(character) ?? character);

/**
 * The words an owner's account offers: username, email address, its local part and its domain, each as it is, without
 * its punctuation, and in the parts between it; and the name of this service.
 */
export function contextWords({ username, email }: { username: string; email: string }): string[] {
  const names = [username, email, ...email.split('@'), PRODUCT].map(folded);
  const words = names.flatMap((name) => {
    const parts = name.split(/[^\p{L}\p{M}\p{N}]+/u);
    return [name, parts.join(''), ...parts];
  });
  return [...new Set(words)].filter((word) => word.length >= SHORTEST_WORD);
}

/**
 * Whether a folded password has at least one of the words in it and no letter outside of them: a word, or several, also
 * backwards, repeated, in the usual substitutions, and between digits and punctuation.
 */
export function isMadeOf(password: string, words: readonly string[]): boolean {
  const text = plain(password);
  const isInWord = Array.from({ length: password.length }, () => false);
  for (const word of words.flatMap((each) => [plain(each), plain(reversed(each))])) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
      isInWord.fill(true, at, at + word.length);
  }
  return isInWord.includes(true) && Array.from(password.matchAll(/\p{L}/gu)).every(({ index }) => isInWord[index]);
}
