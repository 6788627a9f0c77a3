/** Any origin will do: only what is relative to it stays. */
const ORIGIN = 'http://site.invalid';

/** Longest path that is kept. */
const MAX_LENGTH = 2000;

/** A path that was encoded more often is none that a page of this site links to. */
const MAX_ENCODINGS = 4;

const STEP_UP = '/account/step-up';

/** What browsers drop, or read as something else: white space, control and other invisible characters, backslashes. */
const SUSPICIOUS = /[\p{C}\p{Z}\\]/u;

/**
 * The path of this site that a visitor asked to go to next. It begins with one slash, and the WHATWG URL parser finds it on
 * this site, as it stands and however often it is decoded.
 * @returns null for anything else
 */
export function sitePath(next: string): string | null {
  if (next.length > MAX_LENGTH || !staysHere(next)) return null;
  const { pathname, search, hash } = new URL(next, ORIGIN);
  const path = pathname + search + hash;
  // The resolved path is the one that is sent: `/../` before a look-alike of a slash would hide it.
  return path.length <= MAX_LENGTH && staysDecoded(pathname, MAX_ENCODINGS) ? path : null;
}

/** A page that leads on. @param path its own @param next a path of this site */
export const withNext = (path: string, next: string): string =>
  next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`;

/** The login page, which leads on. @param next a path of this site */
export const loginPath = (next: string): string => withNext('/login', next);

/** The page that asks for a recent authentication, and leads on. @param next a path of this site */
export const stepUpPath = (next: string): string =>
  next === '/account' || next.startsWith(STEP_UP) ? STEP_UP : `${STEP_UP}?next=${encodeURIComponent(next)}`;

/** Encoded twice, or in full width, it would leave the site behind a proxy that decodes, or that looks for the closest character. */
function staysDecoded(path: string, encodings: number): boolean {
  if (!staysHere(path) || !staysHere(path.normalize('NFKC'))) return false;
  try {
    const decoded = decodeURIComponent(path);
    return decoded === path || (encodings > 0 && staysDecoded(decoded, encodings - 1));
  } catch {
    // A percent sign that begins no character.
    return false;
  }
}

function staysHere(text: string): boolean {
  if (!/^\/(?!\/)/.test(text) || SUSPICIOUS.test(text) || !URL.canParse(text, ORIGIN)) return false;
  const { origin, pathname } = new URL(text, ORIGIN);
  return origin === ORIGIN && !pathname.startsWith('//');
}
