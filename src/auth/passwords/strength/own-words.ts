import { folded, reversed, unsubstituted } from './folding';

/** The owner of a new password. */
export interface PasswordOwner {
  /** Left out while the account does not exist yet. */
  id?: string;
  username: string;
  email: string;
}

/** The name of this service. */
const PRODUCT = 'latchkey';

/** Shorter parts occur in any text. */
const SHORTEST_WORD = 3;

/**
 * The folded words of an owner's account: username, email address, its local part and its domain, each unchanged,
 * without punctuation, and split at punctuation; and the name of this service.
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
 * Whether a folded password contains at least one of the words and no letters outside them: one or more words,
 * including reversed, repeated, with the usual substitutions, and with digits and punctuation around them.
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
