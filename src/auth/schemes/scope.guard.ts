import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../platform/problems/domain-error';
import { REQUIRED_SCOPES, type Scope } from '../../users/access/scopes';

/** For JwtAuthGuard: lets API tokens in where `@Scopes()` opens a route to them and they have what it asks; sessions pass everywhere. */
@Injectable()
export class ScopeGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const granted = context.switchToHttp().getRequest<FastifyRequest>().user?.scopes ?? null;
    if (granted === null) return true;
    const required = this.reflector.getAllAndOverride<readonly Scope[] | undefined>(REQUIRED_SCOPES, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (required?.every((scope) => granted.includes(scope))) return true;
    throw insufficientScope(required);
  }
}

/** RFC 6750, 3.1: the challenge names the scopes that would do, where any would. */
function insufficientScope(required: readonly Scope[] | undefined): DomainError {
  const scope = required ? `, scope="${required.join(' ')}"` : '';
  const detail = required
    ? `The API token needs the scope ${required.join(' ')}.`
    : 'API tokens are not good for this; use an access token.';
  return new DomainError('insufficient_scope', detail, {
    headers: { 'www-authenticate': `Bearer realm="latchkey", error="insufficient_scope"${scope}` },
  });
}
