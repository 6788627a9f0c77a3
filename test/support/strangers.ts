import { type Answer, type Authenticated, type Client, type RequestOptions, PASSWORD } from './client';

/** The states an address can be in. No one may learn which from outside. */
export const KINDS = ['known', 'unknown', 'deactivated', 'unverified'] as const;
export type Kind = (typeof KINDS)[number];

export const addressOf = (kind: Kind) => `${kind}@example.com`;

/** What an answer tells: its status, its body without what names the request or the moment, and which headers it has. */
export function toldBy({ status, text, headers }: Answer): string {
  const body = text
    .replace(/"requestId":"[^"]*"/, '')
    .replaceAll(/in \d+ seconds/g, 'soon')
    .replace(/lke_[\w-]+/, 'token');
  return JSON.stringify([status, body, [...headers.keys()].sort()]);
}

/** The program that strangers ask, where addresses must be verified, and its database. */
export interface Asked {
  readonly anonymous: Client;
  /** Runs a statement without parameters. */
  query(statement: string): Promise<unknown>;
}

/** Strangers who want to know whether an address has an account. */
export class Strangers {
  private readonly callers = new Map<string, Client>();
  private readonly networks = new Map<string, number>();
  private names = 0;

  private constructor(private readonly asked: Asked) {}

  /** Makes an account in every state, and those who ask from an account of their own. */
  static async of(asked: Asked): Promise<Strangers> {
    const strangers = new Strangers(asked);
    // All are registered, so that what is counted of an address is the same for each.
    for (const kind of KINDS) await strangers.registers(addressOf(kind), kind, kind);
    await strangers.verify('known', 'deactivated');
    await asked.query(`UPDATE "users" SET "isActive" = FALSE WHERE "username" = 'deactivated'`);
    await strangers.forget();
    await strangers.arrive();
    return strangers;
  }

  /** Makes the unknown address unknown again. */
  async forget(): Promise<void> {
    await this.asked.query(`DELETE FROM "users" WHERE "email" = '${addressOf('unknown')}'`);
  }

  registers(email: string, from: string, username = this.newName()): Promise<Answer> {
    return this.post('/auth/register', { username, email, password: PASSWORD }, from);
  }

  logsIn(username: string, from: string, password = 'a wrong password'): Promise<Answer> {
    return this.post('/auth/login', { username, password }, from);
  }

  forgets(email: string, from: string): Promise<Answer> {
    return this.post('/auth/password/forgot', { email }, from);
  }

  /** Asks for a mail to log in. */
  asksForCode(email: string, from: string): Promise<Answer> {
    return this.post('/auth/email-login', { email }, from);
  }

  /** Asks for a mail to log in, and guesses its code. */
  async guessesCode(email: string, from: string): Promise<Answer> {
    const asked = (await this.asksForCode(email, from)) as Answer<{ challengeToken: string }>;
    if (asked.status !== 202) return asked;
    return this.post('/auth/email-login/verify', { challengeToken: asked.body.challengeToken, code: '00000000' }, from);
  }

  /** Asks for a change to an address. @param role who does it, as a caller's attempts are limited */
  moves(email: string, role: string, password = PASSWORD): Promise<Answer> {
    return this.caller(role).post('/users/me/email', { email, password }, this.client(role));
  }

  /** Asks for one more link to the caller's own address. */
  resends(role: string): Promise<Answer> {
    return this.caller(role).post('/auth/email/verification', undefined, this.client(role));
  }

  /** Makes every caller that a question needs; one kind of those who want a link again has a verified address. */
  private async arrive(): Promise<void> {
    const roles = KINDS.flatMap((kind) => [`moves-${kind}`, `guesses-${kind}`, `resends-${kind}`]);
    for (const role of roles) await this.registers(`${role}@example.org`, role, role);
    await this.verify(...roles);
    for (const role of roles) {
      const { body } = (await this.logsIn(role, role, PASSWORD)) as Answer<Authenticated>;
      this.callers.set(role, this.asked.anonymous.as(body.accessToken));
    }
    const others = KINDS.filter((kind) => kind !== 'known').map((kind) => `'resends-${kind}'`);
    await this.asked.query(`UPDATE "users" SET "emailVerified" = FALSE WHERE "username" IN (${others.join()})`);
  }

  private async verify(...usernames: readonly string[]): Promise<void> {
    const names = usernames.map((username) => `'${username}'`);
    await this.asked.query(`UPDATE "users" SET "emailVerified" = TRUE WHERE "username" IN (${names.join()})`);
  }

  private caller(role: string): Client {
    const caller = this.callers.get(role);
    if (!caller) throw new Error(`There is no ${role}`);
    return caller;
  }

  private post(path: string, body: object, from: string): Promise<Answer> {
    return this.asked.anonymous.post(path, body, this.client(from));
  }

  private newName(): string {
    return `newcomer-${(this.names += 1)}`;
  }

  /** Each of those who ask calls from a network of their own, so that none is counted for another's requests. */
  private client(from: string): RequestOptions {
    const at = this.networks.get(from) ?? this.networks.size;
    this.networks.set(from, at);
    return { headers: { 'x-forwarded-for': `198.18.${at}.1` } };
  }
}

/** Asks about an address in one of the states. */
export type Question = (strangers: Strangers, kind: Kind) => Promise<Answer>;

/** What a stranger can ask about an address. */
export const QUESTIONS: Record<string, Question> = {
  'a login by email': (strangers, kind) => strangers.logsIn(addressOf(kind), `email-${kind}`),
  'a login by username': (strangers, kind) => strangers.logsIn(kind, `username-${kind}`),
  'a registration': (strangers, kind) => strangers.registers(addressOf(kind), `registers-${kind}`),
  'a forgotten password': (strangers, kind) => strangers.forgets(addressOf(kind), `forgets-${kind}`),
  'a request to log in by mail': (strangers, kind) => strangers.asksForCode(addressOf(kind), `asks-${kind}`),
  'a guessed code of a mail': (strangers, kind) => strangers.guessesCode(addressOf(kind), `guesses-code-${kind}`),
  'a change of address': (strangers, kind) => strangers.moves(addressOf(kind), `moves-${kind}`),
  'a change of address without the password': (strangers, kind) =>
    strangers.moves(addressOf(kind), `guesses-${kind}`, 'a wrong password'),
  'a link that is sent again': (strangers, kind) => strangers.resends(`resends-${kind}`),
};
