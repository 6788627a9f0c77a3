import type { Command } from 'commander';
import { FactorResets } from '../auth/factors/factor-resets.service';
import { FactorChanges } from '../auth/revocation/factor-changes.service';
import { OPERATOR } from '../platform/audit/domain-events';
import { UsersService } from '../users/users.service';
import { changeAccounts } from './application';
import type { Shell } from './shell/shell';

/** `users:remove-second-factor`: removes all second factors of an account at once; its owner is told. */
export function removeSecondFactor(program: Command, shell: Shell): void {
  program
    .command('users:remove-second-factor')
    .description('removes all second factors of an account at once; check that its owner asked for it')
    .argument('<name>', 'username or email address of the account')
    .action(async (name: string) => {
      await changeAccounts(shell, async (app) => {
        const [users, changes, resets] = [app.get(UsersService), app.get(FactorChanges), app.get(FactorResets)];
        const found = await users.findByLogin(name);
        if (!found) throw new Error('There is no such account.');
        await users.withLockedUser(found.id, async (tx, user) => {
          await changes.removeAll(tx, OPERATOR, user);
          await resets.forget(tx, user.id);
        });
        shell.print(`Removed the second factors of ${found.username}.`);
      });
    });
}
