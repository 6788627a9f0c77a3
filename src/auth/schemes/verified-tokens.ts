import { LRUCache } from 'lru-cache';
import type { AccessTokenClaims } from '../tokens/access-token.service';

/** The claims of a token that every request needs. */
export type VerifiedClaims = Pick<AccessTokenClaims, 'sub' | 'sid' | 'exp'>;

/** Cached tokens per session: the current one and, while a client switches, the previous ones. */
const MAX_OF_A_SESSION = 3;

/**
 * A cache of access tokens whose signature was verified. It keeps the newest few per session, so a session that
 * refreshes constantly evicts only its own tokens.
 */
export class VerifiedTokens {
  private readonly claims: LRUCache<string, VerifiedClaims>;
  /** The newest tokens of each session, oldest first. */
  private readonly sessions: LRUCache<string, string[]>;

  /** @param max maximum number of tokens; the least recently used one is evicted first */
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
