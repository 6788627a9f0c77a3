import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Caller } from '../../users/caller';
import { ApiTokenAuthenticator } from '../api-tokens/api-token-authenticator.service';
import { type AuthenticationScheme, IsAuthenticationScheme } from './authentication-scheme';
import { bearerToken, invalidToken } from './bearer';

/** The prefix of API tokens. */
const PREFIX = 'lk_';

/** API tokens from `Authorization: Bearer` (RFC 6750). */
@Injectable()
@IsAuthenticationScheme({ order: 100 })
export class ApiTokenScheme implements AuthenticationScheme {
  constructor(private readonly tokens: ApiTokenAuthenticator) {}

  authenticate(request: FastifyRequest): Promise<Caller> | null {
    const token = bearerToken(request);
    return token?.startsWith(PREFIX) === true ? this.callerOf(request, token) : null;
  }

  private async callerOf(request: FastifyRequest, token: string): Promise<Caller> {
    const identity = await this.tokens.find(token);
    if (!identity) throw invalidToken();
    return new Caller(identity, request);
  }
}
