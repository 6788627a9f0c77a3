import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { AuthConfig } from '../../platform/config/auth.config';
import { Keyring } from '../../platform/config/keyring';
import { Clock } from '../../platform/kernel/clock.service';
import { isId } from '../../platform/kernel/ids';
import { Caller } from '../../users/caller';
import { SessionAuthenticator } from '../sessions/session-authenticator.service';
import {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_KEYS,
  ACCESS_TOKEN_TYPE,
  type AccessTokenClaims,
} from '../tokens/access-token.service';
import { bearerToken, invalidToken } from './bearer';
import { type VerifiedClaims, VerifiedTokens } from './verified-tokens';

/** Maximum number of cached tokens whose signature was verified. */
const MAX_VERIFIED = 10_000;

/** Verifies access tokens from `Authorization: Bearer` (RFC 6750) per RFC 8725, and their live session. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  private readonly verified = new VerifiedTokens(MAX_VERIFIED);

  constructor(
    config: AuthConfig,
    keyring: Keyring,
    private readonly sessions: SessionAuthenticator,
    private readonly clock: Clock,
  ) {
    // Key objects, because jsonwebtoken would first try to parse a string as a public key, which takes 289 us per token
    // on Node 20.
    const keys = new Map(keyring.all(ACCESS_TOKEN_KEYS).map(({ id, key }) => [id, key]));
    super({
      jwtFromRequest: bearerToken,
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: unknown, key?: KeyObject) => void) => {
        const key = keyFor(token, keys);
        if (key) done(null, key);
        else done(invalidToken());
      },
      algorithms: [ACCESS_TOKEN_ALGORITHM],
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

/** The key named in the token's header, if it is the header of an access token. */
function keyFor(token: string, keys: ReadonlyMap<string, KeyObject>): KeyObject | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString());
    if (typeof header !== 'object' || header === null || !('typ' in header) || !('kid' in header)) return undefined;
    return header.typ === ACCESS_TOKEN_TYPE ? keys.get(String(header.kid)) : undefined;
  } catch {
    // Not JSON, so not one of our headers.
    return undefined;
  }
}
