import type { INestApplication } from '@nestjs/common';
import { RequestMethod, VERSION_NEUTRAL } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, VERSION_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { STEP_UP } from '../../src/auth/proofs/step-up.guard';
import type { Policy } from '../../src/auth/rate-limits/counters/limit';
import { RATE_LIMIT } from '../../src/auth/rate-limits/rate-limit.guard';
import { OwnerRule } from '../../src/ownership/owner.rule';
import { ACTION } from '../../src/ownership/rules/access-rule';
import { ROW_ACCESS, type RowAccess } from '../../src/ownership/rules/row-access';
import { IS_AUTHENTICATED } from '../../src/platform/access/authenticated.decorator';
import { IS_PUBLIC } from '../../src/platform/access/public.decorator';
import { isApiAddress } from '../../src/platform/http/api-version';
import { REQUIRED_ROLES } from '../../src/users/access/roles.guard';
import { REQUIRED_SCOPES } from '../../src/users/access/scopes';

/**
 * Who may call a route: everyone (`public`), every account on purpose (`authenticated`), the owner of the row in its path
 * (`owner`), those whom a rule of its module lets, by the name of the rule and of an `@Action()`, or those who have a role.
 * `, step-up` behind it: the owner must have authenticated recently. `unguarded` is open to every account too, but nothing says that it is meant to be.
 */
export interface Route {
  method: string;
  path: string;
  rule: string;
  /** Whether it is a page, at the root of the site and for session cookies, instead of a part of the API. */
  isPage: boolean;
  /** What the rule is about. */
  kind: 'public' | 'authenticated' | 'rows' | 'role' | 'unguarded';
  /** What an API token needs for it; without any it is closed to API tokens. */
  scopes: readonly string[];
  /** Its limits on attempts. */
  policies: readonly Policy[];
}

/** Every route of every controller, as the guards see it. */
export function routesOf(app: INestApplication): Route[] {
  const reflector = app.get(Reflector);
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  const routes = controllers.flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const prototype = metatype.prototype as Record<string, () => unknown>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const method = handler && reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
      if (!handler || method === undefined) return [];
      const paths = [metatype, handler].map((target) => reflector.get<string>(PATH_METADATA, target));
      const path = `/${paths.join('/')}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
      const saying = (key: symbol) => reflector.getAllAndOverride<unknown>(key, [handler, metatype]);
      const scopes = (saying(REQUIRED_SCOPES) ?? []) as readonly string[];
      const isPage = reflector.get<unknown>(VERSION_METADATA, metatype) === VERSION_NEUTRAL && !isApiAddress(path);
      const { rule, kind } = ruleOf(path, saying);
      const isStepUp = saying(STEP_UP) !== undefined;
      const policies = reflector.get<readonly Policy[] | undefined>(RATE_LIMIT, handler) ?? [];
      const told = isStepUp ? `${rule}, step-up` : rule;
      return [{ method: RequestMethod[method], path, isPage, scopes, rule: told, kind, policies }];
    });
  });
  return routes.sort((a, b) => `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`));
}

function ruleOf(path: string, saying: (key: symbol) => unknown): Pick<Route, 'rule' | 'kind'> {
  if (saying(IS_PUBLIC) !== undefined) return { rule: 'public', kind: 'public' };
  const rows = saying(ROW_ACCESS) as RowAccess | undefined;
  const named = [...path.matchAll(/:(\w+)/g)].map(([, parameter = '']) => parameter);
  const isCovered = rows && named.every((parameter) => parameter === 'id' || parameter in rows.nested);
  const action = saying(ACTION) as string | undefined;
  const rowRule = rows && (rows.Rule === OwnerRule ? 'owner' : rows.Rule.name) + (action ? ` (${action})` : '');
  const isRuled = isCovered === true && named.includes('id');
  const roles = saying(REQUIRED_ROLES) as readonly string[] | undefined;
  if (roles) return { rule: [roles.join(' or '), ...(isRuled ? [rowRule] : [])].join(' and '), kind: 'role' };
  if (isRuled && rowRule !== undefined) return { rule: rowRule, kind: 'rows' };
  // Without a row in its path, a route of @Owned() asks for the caller's own rows.
  const isMeant = saying(IS_AUTHENTICATED) !== undefined || (rows !== undefined && named.length === 0);
  return isMeant ? { rule: 'authenticated', kind: 'authenticated' } : { rule: 'unguarded', kind: 'unguarded' };
}
