import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import passport, { Strategy } from 'passport';
import { ApiTokenHolders } from '../api-tokens/api-token-holders';
import { bearerToken, invalidToken } from './jwt.strategy';

/** API tokens from `Authorization: Bearer`. */
@Injectable()
export class ApiTokenStrategy extends Strategy {
  constructor(private readonly holders: ApiTokenHolders) {
    super();
    passport.use('api-token', this);
  }

  override authenticate(request: { headers: IncomingHttpHeaders }): void {
    this.holders.find(bearerToken(request) ?? '').then(
      (principal) => {
        if (principal) this.success(principal);
        else this.error(invalidToken());
      },
      (error: unknown) => this.error(error),
    );
  }
}
