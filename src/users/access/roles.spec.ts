import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { Role } from './roles';
import { Roles } from './roles.decorator';
import { RolesGuard } from './roles.guard';

@Roles('admin')
class Routes {
  static ofAdministrators(): void {}

  @Roles('user', 'admin')
  static ofEveryone(): void {}
}

const guard = new RolesGuard(new Reflector());

const admits = (handler: () => void, roles: Role[] | null) =>
  guard.canActivate(new ExecutionContextHost([roles ? { user: { user: { roles } } } : {}], Routes, handler));

const { ofAdministrators, ofEveryone } = Routes;

describe('a route for roles', () => {
  it('admits accounts that have one of them, and refuses all others', () => {
    expect(admits(ofAdministrators, ['user', 'admin'])).toBe(true);
    for (const roles of [['user'], [], null] satisfies (Role[] | null)[]) {
      expect(() => admits(ofAdministrators, roles)).toThrow('needs the role admin.');
    }
  });

  it('asks for the roles of the handler rather than for those of its class', () => {
    expect(admits(ofEveryone, ['user'])).toBe(true);
    expect(() => admits(ofEveryone, [])).toThrow('user or admin');
  });
});
