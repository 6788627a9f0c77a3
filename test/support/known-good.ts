import fc from 'fast-check';
import { Features } from '../../src/platform/features/features.service';
import type { KnownAccount, KnownAccounts, KnownGood } from '../../src/platform/features/known-good';
import { ProviderCall } from '../../src/platform/features/provider-call';
import type { Actor, TestApp } from './app';
import { validValues } from './arbitraries';
import type { Answer, Authenticated, PageBody } from './client';
import { PASSKEY_BODIES, PASSKEY_ROWS } from './known-passkeys';
import type { Contract, Operation, Schema } from './openapi';

/** Bodies tried until one makes a row. */
const MAX_ATTEMPTS = 10;

const BASE = '/api/v1';

/** Who calls, and another account that bodies may name. */
export interface People {
  owner: Actor;
  stranger: Actor;
}

/** Requests that succeed, for whatever module: by the examples of the document and by what features register. */
export class KnownRequests {
  private readonly features: Features;
  private readonly accounts: KnownAccounts;

  constructor(
    private readonly app: TestApp,
    private readonly contract: Contract,
    private readonly people: People,
  ) {
    this.features = app.app.get(Features);
    const newAccount = async () => this.account(await app.register());
    this.accounts = { owner: this.account(people.owner), stranger: this.account(people.stranger), newAccount };
  }

  /** A body that succeeds; undefined where the operation takes none. */
  async body(operation: Operation): Promise<unknown> {
    const made = PASSKEY_BODIES.get(`${operation.method} ${operation.path.replace(BASE, '')}`);
    if (made) return made(this.app, this.people.owner);
    const bodies = this.features.named(({ knownBodies }) => knownBodies);
    const known = bodies.get(`${operation.method} ${operation.path.replace(BASE, '')}`);
    if (known) return this.make(known);
    if (!operation.body) return undefined;
    return this.exampleBody(operation.body, this.contract.resolve(operation.body.schema));
  }

  /**
   * Makes a row of the owner. @param template the path up to its parameter, as the document writes it
   * @param collection the path before it, with the rows that it names
   */
  async row(template: string, collection: string): Promise<string> {
    const made = PASSKEY_ROWS.get(template.replace(BASE, ''));
    if (made) return made(this.app, this.people.owner);
    const known = this.features.named(({ knownRows }) => knownRows).get(template.replace(BASE, ''));
    if (known) return this.make(known);
    const creation = this.contract.find('POST', template.slice(0, template.lastIndexOf('/')));
    const first = creation && (await this.body(creation));
    for (let body = first, attempt = 1; ; body = creation && this.otherBody(creation), attempt += 1) {
      const made = await this.people.owner.post<{ id: string }>(collection, body);
      if (made.status === 201) return made.body.id;
      // The known body is taken already, where one of its values is unique.
      if (attempt === MAX_ATTEMPTS) throw new Error(`No row for ${template}: ${made.text}`);
    }
  }

  private account({ session: { user } }: Actor): KnownAccount {
    const { id, email } = user;
    return { id, email, password: this.app.password, newSession: () => this.newSession(email) };
  }

  private async newSession(email: string): Promise<{ id: string; refreshToken: string }> {
    const { body } = await this.logIn(email);
    const caller = this.app.anonymous.as(body.accessToken);
    const sessions = await caller.get<PageBody<{ id: string; current: boolean }>>('/auth/sessions');
    const current = sessions.body.items.find(({ current }) => current);
    return { id: current?.id ?? '', refreshToken: body.refreshToken };
  }

  private logIn(email: string): Promise<Answer<Authenticated>> {
    return this.app.anonymous.post<Authenticated>('/auth/login', { username: email, password: this.app.password });
  }

  private async make<T>(known: KnownGood<T>): Promise<T> {
    return known instanceof ProviderCall ? this.features.bound(known)(this.accounts) : known(this.accounts);
  }

  /** A body that is likely to succeed where the known one did already. */
  private otherBody(operation: Operation): unknown {
    const schema = this.contract.resolve(operation.body?.schema ?? { type: 'object' });
    return this.exampleBody({ example: fc.sample(validValues(this.contract, schema), 1)[0] }, schema);
  }

  /** An example of a body; each id in it names another account, as the example's own names no one. */
  private exampleBody({ example }: { example?: unknown }, schema: Schema): unknown {
    const ids = Object.entries(schema.properties ?? {}).filter(([, { format }]) => format === 'uuid');
    const named = ids.map(([name]) => [name, this.accounts.stranger.id] as const);
    return ids.length === 0 ? example : Object.assign({}, example, Object.fromEntries(named));
  }
}
