import type { AccessTokenClaims } from '../tokens/access-token.service';

/** What is asked of a token's claims on every request. */
export type VerifiedClaims = Pick<AccessTokenClaims, 'sub' | 'sid' | 'exp'>;

/** Newest tokens kept of one session: the one in use and, while a client changes over, those before it. */
const MAX_OF_A_SESSION = 3;

/**
 * Access tokens whose signature was checked, so that it is not checked again. A session keeps its newest few, so one that
 * refreshes without end displaces its own tokens and nobody else's.
 */
export class VerifiedTokens {
  private readonly claims = new Map<string, VerifiedClaims>();
  private readonly sessions = new Map<string, string[]>();

  /** @param most tokens kept in all; the session that came first goes first */
  constructor(private readonly most: number) {}

  get(token: string): VerifiedClaims | undefined {
    return this.claims.get(token);
  }

  add(token: string, claims: VerifiedClaims): void {
    if (this.claims.has(token)) return;
    this.claims.set(token, claims);
    const tokens = this.sessions.get(claims.sid) ?? [];
    this.sessions.set(claims.sid, tokens);
    tokens.push(token);
    if (tokens.length > MAX_OF_A_SESSION) this.claims.delete(tokens.shift() ?? '');
    if (this.claims.size > this.most) this.forgetFirst();
  }

  private forgetFirst(): void {
    for (const [sid, tokens] of this.sessions) {
      tokens.forEach((token) => this.claims.delete(token));
      this.sessions.delete(sid);
      return;
    }
  }
}
