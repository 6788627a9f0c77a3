import { folded, reversed, unsubstituted } from './folding';

/** Whose password it is going to be. */
export interface PasswordOwner {
  username: string;
  email: string;
}

/** What this service is called. */
const PRODUCT = 'latchkey';

/** Shorter parts are met in everything. */
const SHORTEST_WORD = 3;

/**
 * The words an owner's account offers, folded: username, email address, its local part and its domain, each as it is,
 * without its punctuation, and in the parts between it; and the name of this service.
 */
export function ownWords({ username, email }: PasswordOwner): string[] {
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
  const text = unsubstituted(password);
  const isInWord = Array.from({ length: password.length }, () => false);
  for (const word of words.flatMap((each) => [unsubstituted(each), unsubstituted(reversed(each))])) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
      isInWord.fill(true, at, at + word.length);
  }
  return isInWord.includes(true) && Array.from(password.matchAll(/\p{L}/gu)).every(({ index }) => isInWord[index]);
}
