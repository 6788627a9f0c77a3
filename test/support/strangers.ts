import { OPERATOR } from '../../src/audit/domain-events';
import { Database } from '../../src/database/database';
import { UsersService } from '../../src/users/users.service';
import { PASSWORD, type TestApp } from './app';
import type { Answer, Authenticated, Client, RequestOptions } from './client';

/** The states an address can be in. Nobody may learn which from outside. */
export const KINDS = ['known', 'unknown', 'deactivated', 'unverified'] as const;
export type Kind = (typeof KINDS)[number];

export const addressOf = (kind: Kind) => `${kind}@example.com`;

/** What an answer tells: its status, its body without what names the request or the moment, and which headers it has. */
export function toldBy({ status, text, headers }: Answer): string {
  const body = text.replace(/"requestId":"[^"]*"/, '').replaceAll(/in \d+ seconds/g, 'soon');
  return JSON.stringify([status, body, [...headers.keys()].sort()]);
}

/** Strangers who want to know whether an address has an account, where addresses must be verified. */
export class Strangers {
  private readonly callers = new Map<string, Client>();
  private names = 0;

  private constructor(private readonly app: TestApp) {}

  /** Makes an account in every state, and those who ask from an account of their own. */
  static async of(app: TestApp): Promise<Strangers> {
    const strangers = new Strangers(app);
    for (const kind of KINDS) {
      await strangers.registers(kind, addressOf(kind));
      if (kind !== 'unverified') await app.prove(addressOf(kind));
    }
    // Registered like the others, so that what is counted of an address is the same for all.
    await app.app.get(Database).manager.query(`DELETE FROM "users" WHERE "username" = 'unknown'`);
    const gone = (await strangers.logsIn('deactivated', PASSWORD)) as Answer<Authenticated>;
    await app.app.get(UsersService).deactivate(gone.body.user.id, OPERATOR);
    await strangers.arrive();
    return strangers;
  }

  registers(username = this.newName(), email: string): Promise<Answer> {
    return this.post('/auth/register', { username, email, password: PASSWORD });
  }

  logsIn(username: string, password = 'a wrong password'): Promise<Answer> {
    return this.post('/auth/login', { username, password });
  }

  forgets(email: string): Promise<Answer> {
    return this.post('/auth/password/forgot', { email });
  }

  /** Asks for a change to an address. @param role who does it, as a caller's tries are limited */
  async moves(role: string, email: string, password = PASSWORD): Promise<Answer> {
    return (await this.caller(role)).post('/users/me/email', { email, password }, this.newClient());
  }

  /** Asks for one more link to the caller's own address, which is proven or not. */
  async resends(kind: Kind): Promise<Answer> {
    return (await this.caller(`resends-${kind}`)).post('/auth/email/verification', undefined, this.newClient());
  }

  /** Makes every caller that a question needs. */
  private async arrive(): Promise<void> {
    for (const kind of KINDS) {
      for (const role of ['moves', 'guesses', 'resends']) await this.caller(`${role}-${kind}`);
      const set = `UPDATE "users" SET "emailVerified" = $1 WHERE "username" = $2`;
      await this.app.app.get(Database).manager.query(set, [kind === 'known', `resends-${kind}`]);
    }
  }

  private async caller(role: string): Promise<Client> {
    const known = this.callers.get(role);
    if (known) return known;
    const address = `${role}@example.org`;
    await this.registers(role, address);
    await this.app.prove(address);
    const { body } = (await this.logsIn(role, PASSWORD)) as Answer<Authenticated>;
    const caller = this.app.anonymous.as(body.accessToken);
    this.callers.set(role, caller);
    return caller;
  }

  private post(path: string, body: object): Promise<Answer> {
    return this.app.anonymous.post(path, body, this.newClient());
  }

  private newName(): string {
    return `newcomer-${(this.names += 1)}`;
  }

  /** Each request comes from another network, so that only the limits of names and addresses are met. */
  private newClient(): RequestOptions {
    const at = (this.names += 1);
    return { headers: { 'x-forwarded-for': `198.${18 + ((at >> 8) & 1)}.${at & 255}.1` } };
  }
}

/** What a stranger can ask about an address. */
export const QUESTIONS: Record<string, (strangers: Strangers, kind: Kind) => Promise<Answer>> = {
  'a login by email': (strangers, kind) => strangers.logsIn(addressOf(kind)),
  'a login by username': (strangers, kind) => strangers.logsIn(kind),
  'a registration': (strangers, kind) => strangers.registers(undefined, addressOf(kind)),
  'a forgotten password': (strangers, kind) => strangers.forgets(addressOf(kind)),
  'a change of address': (strangers, kind) => strangers.moves(`moves-${kind}`, addressOf(kind)),
  'a change of address without the password': (strangers, kind) =>
    strangers.moves(`guesses-${kind}`, addressOf(kind), 'a wrong password'),
  'a link that is sent again': (strangers, kind) => strangers.resends(kind),
};
