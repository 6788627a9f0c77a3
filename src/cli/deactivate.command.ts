import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { OPERATOR } from '../platform/audit/domain-events';
import { UsersService } from '../users/users.service';
import { changeAccounts } from './application';
import type { Shell } from './shell/shell';

/** `users:deactivate`: requests of the account are refused from then on. */
export function deactivate(program: Command, shell: Shell): void {
  program
    .command('users:deactivate')
    .description('deactivates an account and ends its sessions at once, even while a server is running')
    .argument('<name>', 'username or email')
    .action((name: string) => changeAccounts(shell, (app) => deactivateAccount(app, shell, name)));
}

async function deactivateAccount(app: INestApplicationContext, shell: Shell, name: string): Promise<void> {
  const users = app.get(UsersService);
  const user = await users.findByLogin(name);
  if (!user) throw new Error('There is no such account.');
  if (user.isActive) await users.deactivate(OPERATOR, user.id);
  shell.print(`${user.username} is deactivated${user.isActive ? '' : ' already'}.`);
}
