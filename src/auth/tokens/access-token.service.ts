import { Injectable } from '@nestjs/common';
import { sign } from 'jsonwebtoken';
import { AuthConfig } from '../../platform/config/auth.config';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';
import { amrOf, type Authentication } from '../../users/assurance';
import { AccessTokenKeys } from './access-token-keys.service';

/** The `typ` of a JWT access token (RFC 9068, 2.1). */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** The claims of access tokens; times in seconds. */
export interface AccessTokenClaims {
  sub: string;
  sid: string;
  jti: string;
  /** When the owner has last authenticated (OpenID Connect Core 1.0, 2). */
  auth_time: number;
  /** The assurance level: `aal1` or `aal2`. */
  acr: string;
  /** The methods of the proofs (RFC 8176). */
  amr: string[];
  iat: number;
  exp: number;
}

/** The session that a token is issued for. */
export interface TokenSession {
  id: string;
  userId: string;
  /** Its absolute end in epoch milliseconds. */
  expiresAt: number;
}

/** Issues access tokens: short-lived JWTs (RFC 9068) bound to a session. */
@Injectable()
export class AccessTokenService {
  constructor(
    private readonly config: AuthConfig,
    private readonly keys: AccessTokenKeys,
    private readonly clock: Clock,
  ) {}

  /** @returns a token that never outlives its session */
  issue(
    { id: sid, userId: sub, expiresAt }: TokenSession,
    authentication: Authentication,
  ): { accessToken: string; expiresIn: number } {
    const { kid, algorithm, key } = this.keys.signing();
    const iat = Math.floor(this.clock.now() / 1000);
    const expiresIn = Math.max(0, Math.min(this.config.accessTokenTtl, Math.floor(expiresAt / 1000) - iat));
    const claims: AccessTokenClaims = {
      ...{ sub, sid, jti: newId(), iat, exp: iat + expiresIn },
      ...{ auth_time: Math.floor(authentication.at / 1000), acr: authentication.level, amr: amrOf(authentication) },
    };
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
