import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../platform/problems/domain-error';
import { REQUIRED_SCOPES, type Scope } from '../../users/access/scopes';

/**
 * For AuthenticationGuard: admits an API token if it has the scopes in the route's `@Scopes()`; sessions are always
 * admitted.
 */
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

/** RFC 6750, 3.1: the challenge names the required scopes, if any. */
function insufficientScope(required: readonly Scope[] | undefined): DomainError {
  const scope = required ? `, scope="${required.join(' ')}"` : '';
  const detail = required
    ? `The API token needs the scope ${required.join(' ')}.`
    : 'API tokens cannot be used here; use an access token.';
  return new DomainError('insufficient_scope', detail, {
    headers: { 'www-authenticate': `Bearer realm="latchkey", error="insufficient_scope"${scope}` },
  });
}
