import type { INestApplication } from '@nestjs/common';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { OWNED_ENTITY } from '../../src/ownership/owned-entity.key';
import { IS_AUTHENTICATED } from '../../src/platform/access/authenticated.decorator';
import { IS_PUBLIC } from '../../src/platform/access/public.decorator';
import { REQUIRED_ROLES } from '../../src/users/roles';
import { REQUIRED_SCOPES } from '../../src/users/scopes';
import type { Role } from '../../src/users/user.entity';

/**
 * Who may call a route: everybody, every account on purpose, the owner of the row in its path, or who has a role, by its
 * name. `unguarded` is open to every account too, but nothing says that it is meant to be.
 */
export type AccessRule = 'public' | 'authenticated' | 'owner' | 'unguarded' | Role;

/** A route of the application and who may call it. */
export interface Route {
  method: string;
  path: string;
  rule: AccessRule;
  /** What an API token needs for it; without any it is closed to API tokens. */
  scopes: readonly string[];
}

/** Every route of every controller, as the guards see it. */
export function routesOf(app: INestApplication): Route[] {
  const reflector = app.get(Reflector);
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  const routes = controllers.flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const prototype = metatype.prototype as Record<string, () => unknown>;
    const base = reflector.get<string>(PATH_METADATA, metatype);
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (!handler) return [];
      const method = reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
      if (method === undefined) return [];
      const path = `/${[base, reflector.get<string>(PATH_METADATA, handler)].join('/')}`.replace(/\/+/g, '/');
      const has = (key: symbol) => reflector.getAllAndOverride<unknown>(key, [handler, metatype]) !== undefined;
      const [role] =
        reflector.getAllAndOverride<readonly Role[] | undefined>(REQUIRED_ROLES, [handler, metatype]) ?? [];
      const isOwned = has(OWNED_ENTITY) && /:id(\/|$)/.test(path);
      // Without a row in its path, a route of @Owned() asks for the caller's own rows.
      const isMeant = has(IS_AUTHENTICATED) || (has(OWNED_ENTITY) && !path.includes(':'));
      const others = isOwned ? 'owner' : isMeant ? 'authenticated' : 'unguarded';
      const rule: AccessRule = has(IS_PUBLIC) ? 'public' : (role ?? others);
      const scopes = reflector.getAllAndOverride<readonly string[] | undefined>(REQUIRED_SCOPES, [handler, metatype]);
      return [
        {
          method: RequestMethod[method],
          path: path.length > 1 ? path.replace(/\/$/, '') : path,
          rule,
          scopes: scopes ?? [],
        },
      ];
    });
  });
  return routes.sort((a, b) => `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`));
}
