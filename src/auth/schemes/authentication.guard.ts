import { type CanActivate, type ExecutionContext, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { IS_PUBLIC } from '../../platform/access/public.decorator';
import { DomainError } from '../../platform/problems/domain-error';
import { PROBLEMS } from '../../platform/problems/problem-codes';
import { type AuthenticationScheme, IsAuthenticationScheme, NAMED_SCHEME } from './authentication-scheme';
import { ScopeGuard } from './scope.guard';

/** How a route authenticates its callers. */
interface RouteAccess {
  readonly isPublic: boolean;
  /** Asked in turn; empty for a public route that names no scheme. */
  readonly schemes: readonly AuthenticationScheme[];
}

/** Admits only authenticated callers to a route that is not `@Public()`. Asks each scheme in turn. */
@Injectable()
export class AuthenticationGuard implements CanActivate, OnModuleInit {
  private readonly routes = new Map<object, RouteAccess>();
  private schemes: readonly { scheme: AuthenticationScheme; order: number | undefined }[] = [];

  constructor(
    private readonly reflector: Reflector,
    private readonly discovery: DiscoveryService,
    private readonly scopes: ScopeGuard,
  ) {}

  onModuleInit(): void {
    this.schemes = this.discovery
      .getProviders({ metadataKey: IsAuthenticationScheme.KEY })
      .map((wrapper) => ({
        scheme: wrapper.instance as AuthenticationScheme,
        order: this.discovery.getMetadataByDecorator(IsAuthenticationScheme, wrapper)?.order,
      }))
      .sort((one, other) => (one.order ?? 0) - (other.order ?? 0));
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { isPublic, schemes } = this.accessOf(context);
    if (isPublic) return schemes.length === 0 || this.recognize(schemes, context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    for (const scheme of schemes) {
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

  /** Finds the caller of a public route that names a scheme; callers with invalid credentials are anonymous. */
  private async recognize(schemes: readonly AuthenticationScheme[], context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    try {
      for (const scheme of schemes) request.user ??= (await scheme.authenticate(request, context)) ?? undefined;
    } catch (error) {
      if (!(error instanceof DomainError) || PROBLEMS.get(error.code).status !== 401) throw error;
    }
    return true;
  }

  private accessOf(context: ExecutionContext): RouteAccess {
    const handler = context.getHandler();
    let access = this.routes.get(handler);
    if (!access) {
      const targets = [handler, context.getClass()];
      const isPublic = this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, targets) === true;
      const Named = this.reflector.getAllAndOverride<Type<AuthenticationScheme> | undefined>(NAMED_SCHEME, targets);
      access = { isPublic, schemes: this.schemesOf(isPublic, Named) };
      this.routes.set(handler, access);
    }
    return access;
  }

  private schemesOf(isPublic: boolean, Named: Type<AuthenticationScheme> | undefined): AuthenticationScheme[] {
    const isAsked = Named
      ? ({ scheme }: (typeof this.schemes)[number]) => scheme instanceof Named
      : ({ order }: (typeof this.schemes)[number]) => !isPublic && order !== undefined;
    return this.schemes.filter(isAsked).map(({ scheme }) => scheme);
  }
}
