import type { Session } from './session.entity';

/** Grace period after a rotation in which the old refresh token still gets its successor, in milliseconds. */
export const GRACE_MS = 10_000;

/** More rotations than this within one grace period cannot be explained by lost responses. */
const MAX_REMEMBERED = 32;

/** The meaning of a use of a refresh token. */
export type RefreshUse = 'rotate' | 'repeat' | 'reuse';

type Chain = Pick<Session, 'rotation' | 'recentRotations'>;

/**
 * Classifies the use of a token in a chain (RFC 9700, 4.14.2). The newest rotates. One that was rotated within the
 * grace period gets the same successor again, so that a lost response or a second tab does not end the session. Any
 * other use is reuse of a stolen token.
 * @param presented the rotation number of the token that was sent
 * @param now epoch milliseconds
 */
export function classifyRefresh(chain: Chain, presented: number, now: number): RefreshUse {
  if (presented === chain.rotation) return 'rotate';
  const rotatedAt = chain.recentRotations[chain.rotation - 1 - presented] ?? -Infinity;
  return now - rotatedAt <= GRACE_MS ? 'repeat' : 'reuse';
}

/** The chain after its newest token was used. */
export function rotated(chain: Chain, now: number): Chain {
  const recent = chain.recentRotations.filter((time) => now - time <= GRACE_MS);
  return { rotation: chain.rotation + 1, recentRotations: [now, ...recent].slice(0, MAX_REMEMBERED) };
}
