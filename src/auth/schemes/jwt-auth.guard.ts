import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { IS_PUBLIC } from '../../platform/access/public.decorator';
import { isError } from '../../platform/kernel/is-error';
import { DomainError } from '../../platform/problems/domain-error';
import type { Principal } from '../../users/caller';
import { ApiTokenAuthenticator } from '../api-tokens/api-token-authenticator.service';
import { bearerToken, invalidToken, JwtStrategy, sendsBearer } from './jwt.strategy';
import { ScopeGuard } from './scope.guard';

/** What API tokens begin with. */
const API_TOKEN = 'lk_';

/** The default of every route: nobody without a valid access or API token, unless it is `@Public()`. */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  private readonly publicHandlers = new Map<object, boolean>();

  constructor(
    private readonly reflector: Reflector,
    private readonly scopes: ScopeGuard,
    private readonly accessTokens: JwtStrategy,
    private readonly apiTokens: ApiTokenAuthenticator,
  ) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    if (this.isPublic(context)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = bearerToken(request);
    if (token?.startsWith(API_TOKEN)) return this.byApiToken(request, token, context);
    // Passport makes an object of the strategy for each request, which V8 keeps until its next full collection.
    const principal = this.accessTokens.recognise(request);
    return principal ? this.enter(request, principal) : super.canActivate(context);
  }

  override handleRequest<T>(error: unknown, user: T | false, _info: unknown, context: ExecutionContext): T {
    if (isError(error)) throw error;
    if (user) return user;
    throw sendsBearer(context.switchToHttp().getRequest<FastifyRequest>())
      ? invalidToken()
      : new DomainError('unauthenticated', 'Send an access token as Authorization: Bearer.');
  }

  private async enter(request: FastifyRequest, principal: Promise<Principal>): Promise<boolean> {
    request.user = await principal;
    return true;
  }

  /** Scopes are asked for here and not by a guard of their own, which would run for every session too. */
  private async byApiToken(request: FastifyRequest, token: string, context: ExecutionContext): Promise<boolean> {
    const principal = await this.apiTokens.find(token);
    if (!principal) throw invalidToken();
    request.user = principal;
    return this.scopes.canActivate(context);
  }

  private isPublic(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    let isPublic = this.publicHandlers.get(handler);
    if (isPublic === undefined) {
      isPublic =
        this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, [handler, context.getClass()]) === true;
      this.publicHandlers.set(handler, isPublic);
    }
    return isPublic;
  }
}
