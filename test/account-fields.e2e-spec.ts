import { Injectable, Module } from '@nestjs/common';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { CreateNoteDto } from '../src/notes/dto/create-note.dto';
import { Database } from '../src/platform/database/database.service';
import { DialectMigration } from '../src/platform/database/migrating/dialect-migration';
import type { Transaction } from '../src/platform/database/transaction';
import { Feature } from '../src/platform/features/feature.decorator';
import { using } from '../src/platform/features/provider-call';
import { DomainError } from '../src/platform/problems/domain-error';
import { accountField, readOnlyAccountField } from '../src/users/fields/account-field';
import { User } from '../src/users/user.entity';
import { TestApp } from './support/app';
import type { Authenticated, PageBody, Problem } from './support/client';
import { onEachDatabase } from './support/databases';

/** The most changes of a username in an hour. */
const RENAMES = 20;

@Entity('mottos')
class Motto {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey(() => User, { onDelete: 'CASCADE' })
  userId!: string;

  @Column({ type: 'varchar' })
  title!: string;
}

const table = (id: string) => [
  `CREATE TABLE "mottos" ("userId" ${id} NOT NULL, "title" varchar NOT NULL, CONSTRAINT "pk_mottos" PRIMARY KEY ("userId"),
    CONSTRAINT "fk_mottos_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE)`,
];

class Mottos1763800000000 extends DialectMigration {
  readonly forward = { sqlite: table('varchar'), postgres: table('uuid') };
  readonly backward = { sqlite: ['DROP TABLE "mottos"'], postgres: ['DROP TABLE "mottos"'] };
}

/** What the field takes: a DTO of the program, as class-validator takes no object of a test's own context for one. */
type MottoDto = CreateNoteDto;

class RankDto {
  /** How many letters the name has. @example 5 */
  letters!: number;
}

@Injectable()
class MottosService {
  /** What happens while a motto is written. */
  meanwhile: () => void = () => undefined;

  constructor(private readonly database: Database) {}

  async read(users: readonly User[]): Promise<Map<string, MottoDto>> {
    const rows = await this.database.select(Motto, 'TRUE', []);
    const shown = rows.filter(({ userId }) => users.some(({ id }) => id === userId));
    return new Map(shown.map(({ userId, title }) => [userId, { title }]));
  }

  async write(tx: Transaction, { id: userId }: User, { title }: MottoDto): Promise<void> {
    this.meanwhile();
    if (title === 'unspeakable') throw new DomainError('conflict', 'This is not said.');
    if ((await tx.updateWhere(Motto, { title }, '"userId" = $1', [userId])) === 0)
      await tx.insert(Motto, { userId, title });
  }

  rank(users: readonly User[]): Promise<Map<string, RankDto>> {
    return Promise.resolve(new Map(users.map(({ id, username }) => [id, { letters: username.length }])));
  }
}

@Feature({
  name: 'mottos',
  entities: [Motto],
  migrations: [Mottos1763800000000],
  accountFields: {
    motto: accountField(CreateNoteDto, CreateNoteDto, {
      read: using(MottosService, (mottos, users) => mottos.read(users)),
      write: using(MottosService, (mottos, tx, user, changes) => mottos.write(tx, user, changes)),
    }),
    rank: readOnlyAccountField(RankDto, { read: using(MottosService, (mottos, users) => mottos.rank(users)) }),
  },
})
@Module({ providers: [MottosService] })
class MottosModule {}

interface Account extends Required<Authenticated['user']> {
  motto?: MottoDto;
  rank?: RankDto;
}

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { RATE_LIMITS: 'on' }, [], [MottosModule]);
  });

  beforeEach(() => app.empty());

  afterAll(() => app.stop());

  it('a field is shown to the owner, in the export and to administrators, and goes with the account', async () => {
    const alice = await app.register('alice');
    expect((await alice.get<Account>('/users/me')).body).toEqual({ ...alice.session.user, rank: { letters: 5 } });
    app.clock.advance(1_000);
    const changed = await alice.patch<Account>('/users/me', { motto: { title: 'Onward' } });
    expect([changed.status, changed.body.motto, changed.body.rank]).toEqual([200, { title: 'Onward' }, { letters: 5 }]);
    expect((await alice.get<Account>('/users/me')).body).toEqual(changed.body);
    expect((await alice.get<{ account: Account }>('/users/me/export')).body.account).toEqual(changed.body);
    const admin = await app.registerAdmin('root');
    const path = `/admin/users/${alice.session.user.id}`;
    expect((await admin.get<Account>(path)).body).toMatchObject({ motto: { title: 'Onward' }, rank: { letters: 5 } });
    expect((await admin.patch<Account>(path, { isActive: false })).body.motto).toEqual({ title: 'Onward' });
    const { items } = (await admin.get<PageBody<Account>>('/admin/users')).body;
    expect(items.map(({ username, motto, rank }) => [username, motto, rank]).sort()).toEqual([
      ['alice', { title: 'Onward' }, { letters: 5 }],
      ['root', undefined, { letters: 4 }],
    ]);
  });

  it('a change of a field alone is a change of the account, which is no renaming', async () => {
    const alice = await app.register('alice');
    for (let index = 0; index <= RENAMES; index += 1) {
      app.clock.advance(1_000);
      const { status, body } = await alice.patch<Account>('/users/me', { motto: { title: `Motto ${index}` } });
      expect([status, body.updatedAt]).toEqual([200, new Date(app.clock.now()).toISOString()]);
    }
    for (let index = 0; index < RENAMES; index += 1) {
      expect((await alice.patch('/users/me', { username: `alice-${index}` })).status).toBe(200);
    }
    const refused = await alice.patch<Problem>('/users/me', { username: 'alice', motto: { title: 'Upward' } });
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect((await alice.patch<Account>('/users/me', { motto: { title: 'Upward' } })).body.motto).toEqual({
      title: 'Upward',
    });
  });

  it('a username and fields change together or not at all', async () => {
    const alice = await app.register('alice');
    const both = await alice.patch<Account>('/users/me', { username: 'alicia', motto: { title: 'Onward' } });
    expect([both.status, both.body.username, both.body.motto]).toEqual([200, 'alicia', { title: 'Onward' }]);
    const failed = await alice.patch<Problem>('/users/me', { username: 'alison', motto: { title: 'unspeakable' } });
    expect([failed.status, failed.body.code]).toEqual([409, 'conflict']);
    await app.register('bob');
    const taken = await alice.patch<Problem>('/users/me', { username: 'bob', motto: { title: 'Upward' } });
    expect([taken.status, taken.body.code]).toEqual([409, 'username_taken']);
    expect((await alice.get<Account>('/users/me')).body).toEqual(both.body);
  });

  it('a change answers with the account as it is stored, not as it was when the request came', async () => {
    const alice = await app.register('alice');
    const mottos = app.app.get(MottosService);
    mottos.meanwhile = () => app.clock.advance(1_000);
    const changed = await alice.patch<Account>('/users/me', { username: 'alicia', motto: { title: 'Onward' } });
    mottos.meanwhile = () => undefined;
    expect((await alice.get<Account>('/users/me')).body).toEqual(changed.body);
  });

  it.each<[object, string]>([
    [{ motto: null }, '/motto'],
    [{ motto: 'Onward' }, '/motto'],
    [{ motto: [{ title: 'Onward' }] }, '/motto'],
    [{ motto: {} }, '/motto/title'],
    [{ motto: { title: 1 } }, '/motto/title'],
    [{ motto: { title: 'Onward', tune: 1 } }, '/motto/tune'],
    [{ motto: { title: 'Onward', toString: 1 } }, '/motto/toString'],
    [{ motto: { title: 'Onward', constructor: 1 } }, '/motto/constructor'],
    [{ motto: { title: 'Onward', prototype: 1 } }, '/motto/prototype'],
    [{ rank: { letters: 1 } }, '/rank'],
  ])('a field is not changed by %j', async (change, pointer) => {
    const alice = await app.register('alice');
    const { status, body } = await alice.patch<Problem>('/users/me', change);
    expect([status, body.errors?.map((error) => error.pointer)]).toEqual([400, [pointer]]);
    expect((await alice.get<Account>('/users/me')).body.motto).toBeUndefined();
  });
});
