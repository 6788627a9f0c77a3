import type { Reading } from './reading';

/** Version, cost, 16 bytes of salt and 23 of hash; the last character of each has unused bits, which are zero. */
const SHAPE = /^\$2[aby]\$(?<tail>(?<cost>\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31})$/;

/** bcrypt's own minimum, and the maximum that can be configured for new hashes: one to two seconds of one core. */
const COSTS = { least: 4, most: 15 };

/**
 * Plain bcrypt, `$2a$`, `$2b$` or `$2y$`, of 60 characters. As usual, only 72 bytes of the password count. All three
 * are treated as `$2b$`: the library does not support `$2y$`, and its `$2a$` wraps the length at 256.
 */
export function readBcrypt(text: string): Reading | null {
  if (!text.startsWith('$2')) return null;
  const { tail, cost } = SHAPE.exec(text)?.groups ?? {};
  if (tail === undefined) return { refusal: 'is not a valid bcrypt hash' };
  if (Number(cost) < COSTS.least || Number(cost) > COSTS.most) {
    return { refusal: `has a cost that is not ${COSTS.least} to ${COSTS.most}` };
  }
  return { check: (password, compare) => compare(password, `$2b$${tail}`) };
}
