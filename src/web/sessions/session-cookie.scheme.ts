import { type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { type AuthenticationScheme, IsAuthenticationScheme } from '../../auth/schemes/authentication-scheme';
import { invalidToken } from '../../auth/schemes/bearer';
import { isError } from '../../platform/kernel/is-error';
import type { Caller } from '../../users/caller';
import { CookieSessions } from './cookie-sessions.service';
import { SessionCookieStrategy } from './session-cookie.strategy';

const IS_SENSITIVE = Symbol('IS_SENSITIVE');

/** Under `SESSION_PROTECTION=basic`, these pages ask for a login when the cookie comes from another browser. */
export const Sensitive = () => SetMetadata(IS_SENSITIVE, true);

/** Session cookies of people in a browser. Only pages ask it, and pages ask nothing else. */
@Injectable()
@IsAuthenticationScheme({})
export class SessionCookieScheme extends AuthGuard('session-cookie') implements AuthenticationScheme {
  constructor(
    private readonly strategy: SessionCookieStrategy,
    private readonly sessions: CookieSessions,
    private readonly reflector: Reflector,
  ) {
    super();
  }

  authenticate(request: FastifyRequest, context: ExecutionContext): Promise<Caller> | null {
    const token = this.sessions.tokenOf(request);
    return token === undefined || token === '' ? null : this.find(token, request, context);
  }

  override handleRequest<T>(error: unknown, user: T | false): T {
    if (isError(error)) throw error;
    if (!user) throw invalidToken();
    return user;
  }

  private async find(token: string, request: FastifyRequest, context: ExecutionContext): Promise<Caller> {
    // Passport sees a cookie once; see AccessTokenScheme.
    const caller = await (this.strategy.recognize(request, token) ?? this.byPassport(request, context));
    const targets = [context.getHandler(), context.getClass()];
    if (request.isOtherBrowser && this.reflector.getAllAndOverride<boolean | undefined>(IS_SENSITIVE, targets)) {
      request.user = undefined;
      throw invalidToken();
    }
    return caller;
  }

  private async byPassport(request: FastifyRequest, context: ExecutionContext): Promise<Caller> {
    await super.canActivate(context);
    if (!request.user) throw invalidToken();
    return request.user;
  }
}
