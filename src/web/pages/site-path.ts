/** Any origin will do: only what is relative to it stays. */
const ORIGIN = 'http://site.invalid';

/** Longest path that is kept. */
const MAX_LENGTH = 2000;

/** What browsers drop, or read as something else: white space, control and other invisible characters, backslashes. */
const SUSPICIOUS = /[\p{C}\p{Z}\\]/u;

/**
 * The path of this site that a visitor asked to go to next. It begins with one slash, and the WHATWG URL parser finds it on
 * this site, as it stands and however often it is decoded.
 * @returns null for anything else
 */
export function sitePath(next: string): string | null {
  if (next.length > MAX_LENGTH || !staysHere(next)) return null;
  try {
    // Encoded twice, it would leave the site behind a proxy that decodes.
    for (let [text, decoded] = ['', pathIn(next)]; decoded !== text;) {
      if (!staysHere(decoded)) return null;
      [text, decoded] = [decoded, decodeURIComponent(decoded)];
    }
  } catch {
    // A percent sign that begins no character.
    return null;
  }
  const { pathname, search, hash } = new URL(next, ORIGIN);
  return pathname + search + hash;
}

const pathIn = (text: string): string => text.split(/[?#]/, 1)[0] ?? '';

function staysHere(text: string): boolean {
  if (!/^\/(?!\/)/.test(text) || SUSPICIOUS.test(text) || !URL.canParse(text, ORIGIN)) return false;
  const { origin, pathname } = new URL(text, ORIGIN);
  return origin === ORIGIN && !pathname.startsWith('//');
}
