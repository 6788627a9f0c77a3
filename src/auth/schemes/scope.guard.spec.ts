import { Controller } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { type Scope, Scopes } from '../../users/access/scopes';
import { ScopeGuard } from './scope.guard';

/** A scope of a feature; which ones there are is not the guard's to know. */
const other = 'notes:read' as Scope;

@Controller()
class Routes {
  static closed(): void {}

  @Scopes('account:read')
  static ofOne(): void {}

  @Scopes('account:read', other)
  static ofBoth(): void {}
}

@Scopes(other)
class ScopedRoutes {
  static ofClass(): void {}
}

const guard = new ScopeGuard(new Reflector());

/** @param scopes of the API token that was sent; null for an access token */
const admits = (handler: () => void, scopes: readonly Scope[] | null, Class: new () => object = Routes) =>
  guard.canActivate(new ExecutionContextHost([{ user: { scopes } }], Class, handler));

/** What is thrown. */
function refusalOf(ask: () => boolean): unknown {
  try {
    return ask();
  } catch (error) {
    return error;
  }
}

const { closed, ofOne, ofBoth } = Routes;

describe('an API token', () => {
  it('opens routes whose scopes it has, all of them', () => {
    expect(admits(ofOne, ['account:read'])).toBe(true);
    expect(admits(ofBoth, [other, 'account:read'])).toBe(true);
    expect(admits(ScopedRoutes.ofClass, [other], ScopedRoutes)).toBe(true);
  });

  it.each([
    [
      'some scopes',
      ofBoth,
      ['account:read'],
      ', scope="account:read notes:read"',
      'the scope account:read notes:read.',
    ],
    ['another scope', ofOne, [other], ', scope="account:read"', 'the scope account:read.'],
    ['no scope', ofOne, [], ', scope="account:read"', 'the scope account:read.'],
    ['every scope, where none is enough', closed, ['account:read', other], '', 'an access token.'],
  ] as const)('with %s is told what it needs', (_, handler, scopes, needed, detail) => {
    const headers = { 'www-authenticate': `Bearer realm="latchkey", error="insufficient_scope"${needed}` };
    const refusal = refusalOf(() => admits(handler, scopes));
    expect(refusal).toMatchObject({ code: 'insufficient_scope', headers });
    expect(String(refusal)).toContain(detail);
  });
});

describe('a session', () => {
  it('needs no scope', () => {
    expect([closed, ofOne, ofBoth].map((handler) => admits(handler, null))).toEqual([true, true, true]);
  });

  it('is not asked of a request without credentials, which other guards judge', () => {
    expect(guard.canActivate(new ExecutionContextHost([{}], Routes, closed))).toBe(true);
  });
});
