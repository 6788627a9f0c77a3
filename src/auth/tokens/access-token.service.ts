import { Injectable } from '@nestjs/common';
import { sign } from 'jsonwebtoken';
import { AuthConfig } from '../../platform/config/auth.config';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';
import { AccessTokenKeys } from './access-token-keys.service';

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
    private readonly keys: AccessTokenKeys,
    private readonly clock: Clock,
  ) {}

  /** @param expiresAt absolute end of the session in epoch milliseconds; the token never outlives it */
  issue(userId: string, sessionId: string, expiresAt: number): { accessToken: string; expiresIn: number } {
    const { kid, algorithm, key } = this.keys.signing();
    const iat = Math.floor(this.clock.now() / 1000);
    const expiresIn = Math.max(0, Math.min(this.config.accessTokenTtl, Math.floor(expiresAt / 1000) - iat));
    const claims: AccessTokenClaims = { sub: userId, sid: sessionId, jti: newId(), iat, exp: iat + expiresIn };
    const accessToken = sign(claims, key, {
      algorithm,
      header: { alg: algorithm, typ: ACCESS_TOKEN_TYPE },
      keyid: kid,
      issuer: this.config.issuer,
      audience: this.config.issuer,
    });
    return { accessToken, expiresIn };
  }
}
