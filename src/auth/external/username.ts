import { randomInt } from 'node:crypto';
import { USERNAME } from '../../users/names';

/** Longest part that is taken over. */
const MAX = 40;

/** What stands for a name of which nothing can be taken over. */
const FALLBACK = 'user';

/**
 * A username like a name or address: its ASCII letters, digits and `_ . -`, without accents.
 * @param attempt 0 for the name as it is; from 1 on with random digits, as it is taken
 */
export function usernameLike(name: string, attempt: number): string {
  const local = name.split('@', 1)[0] ?? '';
  const ascii = local.normalize('NFKD').replaceAll(/[^A-Za-z0-9_.-]/g, '');
  const base = ascii.slice(0, MAX).replaceAll(/^[_.-]+|[_.-]+$/g, '');
  const isLong = base.length >= USERNAME.min;
  if (attempt === 0 && isLong) return base;
  return `${isLong ? base : FALLBACK}-${randomInt(10 ** 5, 10 ** 6)}`;
}
