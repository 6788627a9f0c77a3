import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { ACCESS_TOKEN_ALGORITHMS, AuthConfig } from '../../platform/config/auth.config';
import { Clock } from '../../platform/kernel/clock.service';
import { isId } from '../../platform/kernel/ids';
import { Caller } from '../../users/caller';
import { SessionAuthenticator } from '../sessions/session-authenticator.service';
import { AccessTokenKeys } from '../tokens/access-token-keys.service';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims } from '../tokens/access-token.service';
import { bearerToken, invalidToken } from './bearer';
import { type VerifiedClaims, VerifiedTokens } from './verified-tokens';

/** Maximum number of cached tokens whose signature was verified. */
const MAX_VERIFIED = 10_000;

/** The key of a token could not be looked up, for the reason in `cause`: nothing is known about the token. */
export class KeyLookupError extends Error {}

/** Verifies access tokens from `Authorization: Bearer` (RFC 6750) per RFC 8725, and their live session. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  private readonly verified = new VerifiedTokens(MAX_VERIFIED);

  constructor(
    config: AuthConfig,
    keys: AccessTokenKeys,
    private readonly sessions: SessionAuthenticator,
    private readonly clock: Clock,
  ) {
    super({
      jwtFromRequest: bearerToken,
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: unknown, key?: KeyObject) => void) => {
        void keyFor(token, keys).then(
          (key) => {
            if (key) done(null, key);
            else done(invalidToken());
          },
          (cause: unknown) => done(new KeyLookupError('The key of a token could not be looked up', { cause })),
        );
      },
      // Each key is for one of them only: see keyFor.
      algorithms: ACCESS_TOKEN_ALGORITHMS,
      issuer: config.issuer,
      audience: config.issuer,
      // The library only uses the system clock; validate() uses ours.
      ignoreExpiration: true,
      passReqToCallback: true,
    });
  }

  /**
   * The caller of a token whose signature was verified before. The signature is not verified again, but everything that
   * can change is checked.
   * @returns null for a token seen for the first time; rejects with `invalid_token` when it is no longer valid
   */
  recognize(request: FastifyRequest): Promise<Caller> | null {
    const token = bearerToken(request);
    const known = token === null ? undefined : this.verified.get(token);
    return known ? this.callerOf(request, known) : null;
  }

  /** Called by the library for a token whose signature, issuer and audience are valid. */
  async validate(request: FastifyRequest, claims: Partial<AccessTokenClaims>): Promise<Caller> {
    const { sub, sid, exp } = claims;
    if (typeof exp !== 'number' || !isId(sub) || !isId(sid)) throw invalidToken();
    const verified = { sub, sid, exp };
    const caller = await this.callerOf(request, verified);
    const token = bearerToken(request);
    if (token !== null) this.verified.add(token, verified);
    return caller;
  }

  private async callerOf(request: FastifyRequest, { sub, sid, exp }: VerifiedClaims): Promise<Caller> {
    if (this.clock.now() >= exp * 1000) throw invalidToken();
    const identity = await this.sessions.find(sid, sub);
    if (!identity) throw invalidToken();
    return new Caller(identity, request);
  }
}

/** The key that the token's header names, if it is exactly the header of an access token. */
async function keyFor(token: string, keys: AccessTokenKeys): Promise<KeyObject | undefined> {
  const { alg, kid, typ, ...others } = headerOf(token);
  if (typeof alg !== 'string' || typeof kid !== 'string' || typ !== ACCESS_TOKEN_TYPE) return undefined;
  // Ours have nothing else: no key of the sender's choice (`jwk`, `jku`, `x5c`), no extension that we must know (`crit`).
  return Object.keys(others).length === 0 ? keys.verifying(kid, alg) : undefined;
}

function headerOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString());
    return typeof header === 'object' && header !== null ? { ...header } : {};
  } catch {
    // Not JSON, so not one of our headers.
    return {};
  }
}
