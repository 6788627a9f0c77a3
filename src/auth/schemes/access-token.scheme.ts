import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { isError } from '../../platform/kernel/is-error';
import type { Caller } from '../../users/caller';
import { type AuthenticationScheme, IsAuthenticationScheme } from './authentication-scheme';
import { invalidToken, sendsBearer } from './bearer';
import { JwtStrategy, KeyLookupError } from './jwt.strategy';

/** Access tokens of sessions, from `Authorization: Bearer` (RFC 6750), by passport-jwt. */
@Injectable()
@IsAuthenticationScheme({ order: 200 })
export class AccessTokenScheme extends AuthGuard('jwt') implements AuthenticationScheme {
  constructor(private readonly strategy: JwtStrategy) {
    super();
  }

  authenticate(request: FastifyRequest, context: ExecutionContext): Promise<Caller> | null {
    if (!sendsBearer(request)) return null;
    // Passport creates a copy of the strategy for each request, which V8 keeps until its next full collection.
    return this.strategy.recognize(request) ?? this.byPassport(request, context);
  }

  override handleRequest<T>(error: unknown, user: T | false, info: unknown): T {
    // Passport treats it as a refusal of the token.
    if (info instanceof KeyLookupError) throw info.cause;
    if (isError(error)) throw error;
    if (!user) throw invalidToken();
    return user;
  }

  private async byPassport(request: FastifyRequest, context: ExecutionContext): Promise<Caller> {
    await super.canActivate(context);
    if (!request.user) throw invalidToken();
    return request.user;
  }
}
