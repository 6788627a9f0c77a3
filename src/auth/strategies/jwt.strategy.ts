import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Clock } from '../../common/clock';
import { isId } from '../../common/ids';
import { DomainError } from '../../common/problems/domain-error';
import { AuthConfig } from '../../config/auth.config';
import { Keyring } from '../../config/keyring';
import type { Principal } from '../../users/principal';
import { Principals } from '../sessions/principals';
import {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_KEYS,
  ACCESS_TOKEN_TYPE,
  type AccessTokenClaims,
} from '../tokens/access-token.service';

/** The access token is not, or no longer, good. */
export const invalidToken = () =>
  new DomainError('invalid_token', 'The access token is not valid: it expired, its session ended, or it is not ours.');

/** Access tokens from `Authorization: Bearer` (RFC 6750), checked as RFC 8725 asks, and their live session. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    config: AuthConfig,
    keyring: Keyring,
    private readonly principals: Principals,
    private readonly clock: Clock,
  ) {
    // Key objects, as jsonwebtoken would try to read a string as a public key first, for 289 us a token on Node 20.
    const keys = new Map(keyring.all(ACCESS_TOKEN_KEYS).map(({ id, key }) => [id, key]));
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: unknown, key?: KeyObject) => void) => {
        const key = keyFor(token, keys);
        if (key) done(null, key);
        else done(invalidToken());
      },
      algorithms: [ACCESS_TOKEN_ALGORITHM],
      issuer: config.issuer,
      audience: config.issuer,
      // The library knows only the system's clock; validate() asks ours.
      ignoreExpiration: true,
    });
  }

  async validate(claims: Partial<AccessTokenClaims>): Promise<Principal> {
    const { sub, sid, exp } = claims;
    const isCurrent = typeof exp === 'number' && this.clock.now() < exp * 1000;
    if (!isCurrent || !isId(sub) || !isId(sid)) throw invalidToken();
    const principal = await this.principals.find(sid, sub);
    if (!principal) throw invalidToken();
    return principal;
  }
}

/** The key that the token's header names, if it is an access token's header at all. */
function keyFor(token: string, keys: ReadonlyMap<string, KeyObject>): KeyObject | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString());
    if (typeof header !== 'object' || header === null || !('typ' in header) || !('kid' in header)) return undefined;
    return header.typ === ACCESS_TOKEN_TYPE ? keys.get(String(header.kid)) : undefined;
  } catch {
    // Not JSON, so not a header of ours.
    return undefined;
  }
}
