import { LRUCache } from 'lru-cache';
import type { AccessTokenClaims } from '../tokens/access-token.service';

/** What is asked of a token's claims on every request. */
export type VerifiedClaims = Pick<AccessTokenClaims, 'sub' | 'sid' | 'exp'>;

/** Newest tokens kept of one session: the one in use and, while a client changes over, those before it. */
const MAX_OF_A_SESSION = 3;

/**
 * Access tokens whose signature was checked, so that it is not checked again. A session keeps its newest few, so one that
 * refreshes without end displaces its own tokens only.
 */
export class VerifiedTokens {
  private readonly claims: LRUCache<string, VerifiedClaims>;
  /** The newest tokens of each session, the oldest of them first. */
  private readonly sessions: LRUCache<string, string[]>;

  /** @param max tokens kept in all; the least recently used one goes first */
  constructor(max: number) {
    this.claims = new LRUCache({ max });
    this.sessions = new LRUCache({ max });
  }

  get(token: string): VerifiedClaims | undefined {
    return this.claims.get(token);
  }

  add(token: string, claims: VerifiedClaims): void {
    if (this.claims.has(token)) return;
    const tokens = [...(this.sessions.get(claims.sid) ?? []), token];
    if (tokens.length > MAX_OF_A_SESSION) this.claims.delete(tokens.shift() ?? '');
    this.sessions.set(claims.sid, tokens);
    this.claims.set(token, claims);
  }
}
