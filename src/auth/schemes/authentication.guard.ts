import { type CanActivate, type ExecutionContext, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { IS_PUBLIC } from '../../platform/access/public.decorator';
import { DomainError } from '../../platform/problems/domain-error';
import { type AuthenticationScheme, IsAuthenticationScheme } from './authentication-scheme';
import { ScopeGuard } from './scope.guard';

/** Admits only authenticated callers to a route that is not `@Public()`. Asks each scheme in turn. */
@Injectable()
export class AuthenticationGuard implements CanActivate, OnModuleInit {
  private readonly publicHandlers = new Map<object, boolean>();
  private schemes: readonly AuthenticationScheme[] = [];

  constructor(
    private readonly reflector: Reflector,
    private readonly discovery: DiscoveryService,
    private readonly scopes: ScopeGuard,
  ) {}

  onModuleInit(): void {
    const orderOf = (wrapper: Parameters<typeof this.discovery.getMetadataByDecorator>[1]) =>
      this.discovery.getMetadataByDecorator(IsAuthenticationScheme, wrapper)?.order ?? 0;
    this.schemes = this.discovery
      .getProviders({ metadataKey: IsAuthenticationScheme.KEY })
      .sort((one, other) => orderOf(one) - orderOf(other))
      .map(({ instance }) => instance as AuthenticationScheme);
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (this.isPublic(context)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    for (const scheme of this.schemes) {
      const caller = scheme.authenticate(request, context);
      if (caller) return this.admit(request, caller, context);
    }
    throw new DomainError('unauthenticated', 'Send an access token as Authorization: Bearer.');
  }

  /** Calls ScopeGuard directly: as a global guard, it would also run for every session. */
  private async admit(
    request: FastifyRequest,
    caller: ReturnType<AuthenticationScheme['authenticate']>,
    context: ExecutionContext,
  ): Promise<boolean> {
    request.user = (await caller) ?? undefined;
    return request.user?.scopes === null || this.scopes.canActivate(context);
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
