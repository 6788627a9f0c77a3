import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../platform/problems/domain-error';
import { CsrfTokens } from '../cookies/csrf-tokens.service';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Lets in only what a page of this site sends: by `Sec-Fetch-Site`, which no script can set, else by `Origin`, else by the
 * token of the form (OWASP CSRF Prevention Cheat Sheet; ASVS 3.5.1 to 3.5.3).
 */
@Injectable()
export class CsrfGuard implements CanActivate {
  constructor(private readonly tokens: CsrfTokens) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (SAFE_METHODS.has(request.method) || this.isFromThisSite(request)) return true;
    throw new DomainError(
      'forbidden',
      'This form was not sent from a page of this site. Go back, reload the page and try again.',
    );
  }

  private isFromThisSite(request: FastifyRequest): boolean {
    const { 'sec-fetch-site': site, origin } = request.headers;
    if (site !== undefined) return site === 'same-origin';
    if (origin !== undefined) return isOwn(origin, request);
    return this.tokens.isValid(request, tokenOf(request.body));
  }
}

/** The host must be the same. Where a proxy does not say so, it is not known that the site is behind TLS; where it is, its pages are. */
function isOwn(origin: string, { protocol, host }: FastifyRequest): boolean {
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  return from.host === host.toLowerCase() && (from.protocol === 'https:' || protocol === 'http');
}

function tokenOf(body: unknown): string {
  const token: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, '_csrf') : undefined;
  return typeof token === 'string' ? token : '';
}
