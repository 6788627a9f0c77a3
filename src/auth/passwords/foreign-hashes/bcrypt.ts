import type { Reading } from './reading';

/** Version, cost, 16 bytes of salt and 23 of hash; the last character of each has bits to spare, which are zero. */
const SHAPE = /^\$2[aby]\$(?<tail>(?<cost>\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31})$/;

/** bcrypt's own least, and the most that new hashes may be configured with: one to two seconds of one core. */
const COSTS = { least: 4, most: 15 };

/**
 * Plain bcrypt, `$2a$`, `$2b$` or `$2y$`, of 60 characters. As everywhere, 72 bytes of the password count. All three are
 * read as `$2b$`, which they are names of: the library does not know `$2y$`, and lets the length of `$2a$` wrap at 256.
 */
export function readBcrypt(text: string): Reading | null {
  if (!text.startsWith('$2')) return null;
  const { tail, cost } = SHAPE.exec(text)?.groups ?? {};
  if (tail === undefined) return { refusal: 'is not of a form that bcrypt makes' };
  if (Number(cost) < COSTS.least || Number(cost) > COSTS.most) {
    return { refusal: `has a cost that is not ${COSTS.least} to ${COSTS.most}` };
  }
  return { check: (password, compare) => compare(password, `$2b$${tail}`) };
}
