import { join } from 'node:path';
import { Global, Injectable, Module, type Type } from '@nestjs/common';
import { UserImporter } from '../src/accounts/imports/user-importer.service';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { Database } from '../src/platform/database/database.service';
import type { Transaction } from '../src/platform/database/transaction';
import { Feature, type FeatureDefinition } from '../src/platform/features/feature.decorator';
import { using } from '../src/platform/features/provider-call';
import { mailsIn } from '../src/platform/mail/mail-templates.service';
import { UserDto } from '../src/users/dto/user.dto';
import { readOnlyAccountField } from '../src/users/fields/account-field';
import type { User } from '../src/users/user.entity';
import { UsersService } from '../src/users/users.service';
import { TestApp } from './support/app';
import { PASSWORD } from './support/client';
import { createDatabase, onEachDatabase } from './support/databases';

const CHANGES = ['onRegistration', 'onDeactivation', 'onReactivation', 'onDeletion'] as const;

/** The calls of the hooks, and the change at which they fail. */
@Injectable()
class Witness {
  readonly seen: string[] = [];
  failing = '';

  constructor(private readonly database: Database) {}

  async note(change: string, tx: Transaction, { id, username, isActive }: User): Promise<void> {
    const rows = await tx.query<{ username: string }>('SELECT "username" FROM "users" WHERE "id" = $1', [id]);
    this.seen.push(`${change} ${username} ${isActive} ${rows.length}`);
    await tx.query('INSERT INTO "quotas" ("name", "most") VALUES ($1, 0)', [`${change} ${username}`]);
    if (change === this.failing) throw new Error(`The hook of ${change} fails`);
  }

  /** The committed writes of the hooks. */
  async written(): Promise<string[]> {
    const rows = await this.database.query<{ name: string }>('SELECT "name" FROM "quotas" WHERE "most" = 0');
    return rows.map(({ name }) => name).sort();
  }
}

@Global()
@Module({ providers: [Witness], exports: [Witness] })
class WitnessModule {}

const hooksOf = (who: string) =>
  Object.fromEntries(
    CHANGES.map((change) => [
      change,
      using(Witness, (witness, tx: Transaction, user: User) => witness.note(`${who}${change}`, tx, user)),
    ]),
  );

@Feature({ name: 'first', ...hooksOf('') })
@Module({ imports: [WitnessModule] })
class FirstModule {}

@Feature({ name: 'second', onRegistration: using(Witness, (witness, tx, user) => witness.note('second', tx, user)) })
@Module({ imports: [FirstModule] })
class SecondModule {}

/** A module with this feature. */
function moduleWith(definition: FeatureDefinition): Type {
  @Feature(definition)
  @Module({})
  class OtherModule {}
  return OtherModule;
}

onEachDatabase((dialect) => {
  let app: TestApp;
  let witness: Witness;
  let users: UsersService;

  beforeAll(async () => {
    app = await TestApp.start(dialect, {}, [], [SecondModule]);
    witness = app.app.get(Witness);
    users = app.app.get(UsersService);
  });

  beforeEach(async () => {
    await app.empty();
    await app.app.get(Database).query('DELETE FROM "quotas" WHERE "most" = 0');
    witness.seen.length = 0;
    witness.failing = '';
  });

  afterAll(() => app.stop());

  it('hooks run in the transaction of the change, in the order of the features, with the current account', async () => {
    const { session } = await app.register('alice');
    await users.deactivate(OPERATOR, session.user.id);
    await users.reactivate(OPERATOR, session.user.id);
    const alice = await app.logIn('alice');
    expect((await alice.send('DELETE', '/users/me', { password: PASSWORD })).status).toBe(204);
    expect(witness.seen).toEqual([
      'onRegistration alice true 1',
      'second alice true 1',
      'onDeactivation alice false 1',
      'onReactivation alice true 1',
      'onDeletion alice true 1',
    ]);
    expect(await witness.written()).toHaveLength(5);
  });

  it('an import runs the registration hook for each account that it creates', async () => {
    const imports = app.app.get(UserImporter);
    const lines = ['carol', 'dave'].map((username, index) => {
      return { line: index + 1, record: { username, email: `${username}@example.com` } };
    });
    const progress = await imports.begin('f'.repeat(64));
    witness.failing = 'second';
    await expect(imports.store(progress, lines, (position) => Promise.resolve(position))).rejects.toThrow('fails');
    expect([await witness.written(), await users.findByLogin('carol')]).toEqual([[], null]);
    witness.failing = '';
    await imports.store(progress, lines, (position) => Promise.resolve(position));
    expect(await witness.written()).toEqual([
      ...['onRegistration carol', 'onRegistration dave', 'second carol', 'second dave'],
    ]);
  });

  it('an error in a hook rolls the whole registration back', async () => {
    witness.failing = 'second';
    const account = { username: 'erin', email: 'erin@example.com', password: PASSWORD };
    expect((await app.anonymous.post('/auth/register', account)).status).toBe(500);
    expect([await witness.written(), await users.findByLogin('erin')]).toEqual([[], null]);
    witness.failing = '';
    expect((await app.anonymous.post('/auth/register', account)).status).toBe(201);
  });

  it('an error in a hook rolls a deactivation, a reactivation and a deletion back, and sessions continue', async () => {
    const [alice, bob] = [await app.register('alice'), await app.register('bob')];
    const { id } = alice.session.user;
    witness.failing = 'onDeactivation';
    await expect(users.deactivate(OPERATOR, id)).rejects.toThrow('fails');
    expect((await alice.get('/users/me')).status).toBe(200);
    witness.failing = 'onDeletion';
    expect((await alice.send('DELETE', '/users/me', { password: PASSWORD })).status).toBe(500);
    expect((await alice.get('/users/me')).status).toBe(200);
    await users.deactivate(OPERATOR, id);
    witness.failing = 'onReactivation';
    await expect(users.reactivate(OPERATOR, id)).rejects.toThrow('fails');
    expect((await users.findById(id))?.isActive).toBe(false);
    expect((await bob.get('/users/me')).status).toBe(200);
    expect((await witness.written()).filter((name) => name.includes('alice'))).toEqual([
      ...['onDeactivation alice', 'onRegistration alice', 'second alice'],
    ]);
  });
});

describe('an application with conflicting features does not start', () => {
  const none = using(Database, () => (async function* () {})());
  const field = readOnlyAccountField(UserDto, { read: using(Database, () => Promise.resolve(new Map())) });
  const limit = { name: 'login', subject: 'address', counts: 'attempts', points: 1, duration: 1 } as const;

  it.each<[string, FeatureDefinition, RegExp]>([
    ['two of one name', { name: 'notes' }, /notes and notes both have the name notes/],
    ['a scope of another', { name: 'other', scopes: { 'notes:read': 'Mine.' } }, /scopes entry notes:read/],
    ['an error code of another', { name: 'other', problems: { conflict: { status: 400, title: '' } } }, /conflict/],
    ['an audit event of another', { name: 'other', auditEvents: ['user.registered'] }, /user\.registered/],
    ['a tag of another', { name: 'other', tags: { Notes: 'Mine' } }, /Notes/],
    ['a route of another', { name: 'other', access: { 'GET /notes': 'public' } }, /GET \/notes/],
    ['a limit of the name of another', { name: 'other', rateLimits: [{ limits: [limit] }] }, /two limits named login/],
    [
      'an account field that accounts have',
      { name: 'other', accountFields: { emailVerified: field } },
      /already have it/,
    ],
    [
      'a section of the export that owned rows have',
      { name: 'other', personalData: { notes: none } },
      /already has notes/,
    ],
    ['a section of the export named as the account', { name: 'other', personalData: { account: none } }, /has account/],
    [
      'a mail without its template',
      { name: 'other', mails: mailsIn(join(__dirname, 'support'), { nothing: null }) },
      /nothing\.liquid is missing/,
    ],
  ])('%s', async (_name, definition, reason) => {
    const database = await createDatabase('sqlite');
    await expect(TestApp.on(database, {}, [], [moduleWith(definition)])).rejects.toThrow(reason);
    await database.drop();
  });
});
