import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { isError } from '../../common/is-error';
import { DomainError } from '../../common/problems/domain-error';
import { IS_PUBLIC } from '../decorators/public.decorator';
import { bearerToken, invalidToken } from '../strategies/jwt.strategy';

/** The default of every route: nobody without a valid access token, unless it is `@Public()`. */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    const isPublic = this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, [
      context.getHandler(),
      context.getClass(),
    ]);
    return isPublic ? true : super.canActivate(context);
  }

  override handleRequest<T>(error: unknown, user: T | false, _info: unknown, context: ExecutionContext): T {
    if (isError(error)) throw error;
    if (user) return user;
    const sent = bearerToken(context.switchToHttp().getRequest<FastifyRequest>());
    throw sent === null
      ? new DomainError('unauthenticated', 'Send an access token as Authorization: Bearer.')
      : invalidToken();
  }
}
