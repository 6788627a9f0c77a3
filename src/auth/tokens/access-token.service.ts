import { Injectable } from '@nestjs/common';
import { sign } from 'jsonwebtoken';
import { AuthConfig } from '../../platform/config/auth.config';
import { Keyring } from '../../platform/config/keyring';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';

/** Purpose of the keyring keys for access tokens. */
export const ACCESS_TOKEN_KEYS = 'access-token';

/** The only accepted algorithm (RFC 8725, 3.1). */
export const ACCESS_TOKEN_ALGORITHM = 'HS256';

/** The `typ` of a JWT access token (RFC 9068, 2.1). */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** The claims of access tokens; times in seconds. */
export interface AccessTokenClaims {
  sub: string;
  sid: string;
  jti: string;
  iat: number;
  exp: number;
}

/** Issues access tokens: short-lived JWTs (RFC 9068) bound to a session. */
@Injectable()
export class AccessTokenService {
  constructor(
    private readonly config: AuthConfig,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /** @param expiresAt absolute end of the session in epoch milliseconds; the token never outlives it */
  issue(userId: string, sessionId: string, expiresAt: number): { accessToken: string; expiresIn: number } {
    const { id: keyid, key } = this.keyring.signing(ACCESS_TOKEN_KEYS);
    const iat = Math.floor(this.clock.now() / 1000);
    const expiresIn = Math.max(0, Math.min(this.config.accessTokenTtl, Math.floor(expiresAt / 1000) - iat));
    const claims: AccessTokenClaims = { sub: userId, sid: sessionId, jti: newId(), iat, exp: iat + expiresIn };
    const accessToken = sign(claims, key, {
      algorithm: ACCESS_TOKEN_ALGORITHM,
      header: { alg: ACCESS_TOKEN_ALGORITHM, typ: ACCESS_TOKEN_TYPE },
      keyid,
      issuer: this.config.issuer,
      audience: this.config.issuer,
    });
    return { accessToken, expiresIn };
  }
}
