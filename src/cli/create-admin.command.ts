import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { PasswordWriter } from '../auth/passwords/password-writer.service';
import { RegisterDto } from '../auth/passwords/registration/dto/register.dto';
import { AuditWriter } from '../platform/audit/audit-writer.service';
import { OPERATOR } from '../platform/audit/domain-events';
import { RequestValidationPipe } from '../platform/validation/request-validation.pipe';
import type { Role } from '../users/access/roles';
import { EmailAddresses } from '../users/email-addresses.service';
import { UsersService } from '../users/users.service';
import { changeAccounts } from './application';
import type { Shell } from './shell/shell';

interface Options {
  username?: string;
  email?: string;
  passwordStdin?: true;
  promote?: string;
}

const ADMIN: Role[] = ['user', 'admin'];

/** 144 random bits. */
const generatedPassword = () => randomBytes(18).toString('base64url');

/** `users:create-admin`: creates an administrator, or gives an existing account the role. */
export function createAdmin(program: Command, shell: Shell): void {
  const command = program
    .command('users:create-admin')
    .description('creates an account with the roles user and admin, or gives an existing account the role admin')
    .option('--username <name>', 'username of the new account')
    .option('--email <address>', 'email address of the new account; counts as verified')
    .option(
      '--password-stdin',
      'read the password from the first line of standard input; otherwise one is generated and shown',
    )
    .option('--promote <name>', 'instead give the role to the account with this username or verified email address')
    .action(async ({ username, email, passwordStdin, promote }: Options) => {
      if (promote !== undefined && username === undefined && email === undefined && !passwordStdin) {
        await changeAccounts(shell, (app) => giveRole(app, shell, promote));
      } else if (promote === undefined && username !== undefined && email !== undefined) {
        const password = passwordStdin ? await firstLine(shell) : generatedPassword();
        await changeAccounts(shell, (app) => makeAdmin(app, shell, { username, email, password }));
        if (!passwordStdin) shell.print(`Password: ${password}`);
      } else {
        command.error('error: give either --username and --email, or --promote alone');
      }
    });
}

async function firstLine({ environment: { stdin } }: Shell): Promise<string> {
  for await (const line of createInterface({ input: stdin })) return line;
  throw new Error('There is no password on standard input.');
}

async function makeAdmin(app: INestApplicationContext, shell: Shell, account: RegisterDto): Promise<void> {
  const { username, email, password } = await validAccount(account);
  const [users, passwords, audit] = [app.get(UsersService), app.get(PasswordWriter), app.get(AuditWriter)];
  const hash = await passwords.hash(password, { username, email }, '/password', OPERATOR);
  const user = await users.create(OPERATOR, { username, email, holdsEmail: false }, async (tx, { id }) => {
    await passwords.store(tx, id, hash);
    await app.get(EmailAddresses).prove(tx, id, email);
    await users.update(tx, id, { roles: ADMIN });
    audit.record(tx, rolesChanged(id));
  });
  shell.print(`${user.username} is an administrator.`);
}

/** Validates the account by the rules of registration. @throws DomainError */
async function validAccount(account: RegisterDto): Promise<RegisterDto> {
  const validated: unknown = await new RequestValidationPipe().transform(account, {
    type: 'body',
    metatype: RegisterDto,
  });
  if (!(validated instanceof RegisterDto)) throw new TypeError('The validation made something else');
  return validated;
}

async function giveRole(app: INestApplicationContext, shell: Shell, name: string): Promise<void> {
  const users = app.get(UsersService);
  const user = await users.findByLogin(name);
  if (!user) throw new Error('There is no such account.');
  if (!user.isActive) throw new Error('The account is deactivated.');
  if (name.includes('@') && !user.emailVerified) {
    throw new Error(
      `The address was never verified, so the account may not belong to its owner. Use the username instead.`,
    );
  }
  await users.updateStatus(OPERATOR, user.id, { roles: ADMIN });
  shell.print(`${user.username} is an administrator${user.roles.includes('admin') ? ' already' : ''}.`);
}

const rolesChanged = (accountId: string) => ({
  type: 'user.roles-changed' as const,
  actor: OPERATOR,
  accountId,
  details: { roles: ADMIN },
});
