import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { isError } from '../../common/is-error';
import { DomainError } from '../../common/problems/domain-error';
import { IS_PUBLIC } from '../decorators/public.decorator';
import { bearerToken, invalidToken } from '../strategies/jwt.strategy';
import { ScopeGuard } from './scope.guard';

/** An API token in the header; what it is good for, its strategy finds out. */
const API_TOKEN = /^bearer\s+lk_/i;

const ApiTokenAuthGuard = AuthGuard('api-token');

/** The default of every route: nobody without a valid access or API token, unless it is `@Public()`. */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  private readonly apiTokens = new ApiTokenAuthGuard();
  private readonly publicHandlers = new Map<object, boolean>();

  constructor(
    private readonly reflector: Reflector,
    private readonly scopes: ScopeGuard,
  ) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    if (this.isPublic(context)) return true;
    const { authorization = '' } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    return API_TOKEN.test(authorization) ? this.byApiToken(context) : super.canActivate(context);
  }

  override handleRequest<T>(error: unknown, user: T | false, _info: unknown, context: ExecutionContext): T {
    if (isError(error)) throw error;
    if (user) return user;
    const sent = bearerToken(context.switchToHttp().getRequest<FastifyRequest>());
    throw sent === null
      ? new DomainError('unauthenticated', 'Send an access token as Authorization: Bearer.')
      : invalidToken();
  }

  /** Scopes are asked for here and not by a guard of their own, which would run for every session too. */
  private async byApiToken(context: ExecutionContext): Promise<boolean> {
    await this.apiTokens.canActivate(context);
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
