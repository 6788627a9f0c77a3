import { Session } from '../src/auth/sessions/session.entity';
import { Database } from '../src/platform/database/database.service';
import { migrate } from '../src/platform/database/migrating/migrate';
import { dropCounters } from '../src/platform/database/usage/usage-counters';
import { newId } from '../src/platform/kernel/ids';
import { newUser } from '../src/users/new-user';
import { User } from '../src/users/user.entity';
import { type Actor, TestApp } from './support/app';
import { type Client, type NoteBody, type PageBody, type Problem, PASSWORD } from './support/client';
import { openDatabase } from './support/command';
import { createDatabase, onEachDatabase } from './support/databases';

const ROWS = 12;
const BYTES = 4096;

interface QuotaProblem extends Problem {
  quota?: { name: string; limit: number; used: number };
}

/** PostgreSQL's driver gives sums as text. */
interface Usage {
  resource: string;
  rows: number | string;
  bytes: number | string;
}

const COUNTED = `SELECT 'notes' AS "resource", COUNT(*) AS "rows",
  COALESCE(SUM(octet_length("title") + octet_length("content")), 0) AS "bytes" FROM "notes" WHERE "ownerId" = $1`;

onEachDatabase((dialect) => {
  let app: TestApp;
  let names = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect, {
      QUOTA_ROWS: String(ROWS),
      QUOTA_BYTES: String(BYTES),
      QUOTA_SESSIONS: '3',
      QUOTA_API_TOKENS: '4',
    });
  });

  afterAll(() => app.stop());

  const register = () => app.register(`user-${(names += 1)}`);

  const write = (owner: Actor, content = '') => owner.post<NoteBody & QuotaProblem>('/notes', { title: 'n', content });

  /** The counters, and the actual usage. */
  const usageOf = async ({ session }: Actor) => {
    const source = await openDatabase(app.database.env);
    try {
      const numbers = (rows: Usage[]) =>
        rows.map(({ resource, rows: count, bytes }) => [resource, Number(count), Number(bytes)]);
      const { id } = session.user;
      const usage = await source.query<Usage[]>(
        `SELECT "resource", "rows", "bytes" FROM "owned_usage" WHERE "userId" = $1 ORDER BY "resource"`,
        [id],
      );
      const [there = []] = numbers(await source.query<Usage[]>(COUNTED, [id]));
      return { counted: numbers(usage), there: [['', ...there.slice(1)], there] };
    } finally {
      await source.destroy();
    }
  };

  const expectExact = async (owner: Actor) => {
    const { counted, there } = await usageOf(owner);
    expect(counted).toEqual(there);
  };

  const statuses = (answers: { status: number }[], status: number) => answers.filter((one) => one.status === status);

  describe('notes', () => {
    it('of one account are at most as many as configured, however many are written at once', async () => {
      const [alice, bob] = [await register(), await register()];
      const answers = await Promise.all(Array.from({ length: ROWS + 20 }, () => write(alice)));
      expect(statuses(answers, 201)).toHaveLength(ROWS);
      const refused = statuses(answers, 403) as (typeof answers)[number][];
      expect(refused).toHaveLength(20);
      for (const { body } of refused) {
        expect(body.code).toBe('quota_exceeded');
        expect(body.quota).toEqual({ name: 'notes', limit: ROWS, used: ROWS });
      }
      expect((await alice.get<PageBody<NoteBody>>('/notes?limit=100')).body.items).toHaveLength(ROWS);
      await expectExact(alice);
      expect((await write(bob)).status).toBe(201);
    });

    it('that are deleted make room for as many', async () => {
      const alice = await register();
      const made = await Promise.all(Array.from({ length: ROWS }, () => write(alice, 'é')));
      await Promise.all(made.slice(0, 3).map(({ body }) => alice.delete(`/notes/${body.id}`)));
      const answers = await Promise.all(Array.from({ length: 10 }, () => write(alice)));
      expect(statuses(answers, 201)).toHaveLength(3);
      await expectExact(alice);
    });
  });

  describe('bytes', () => {
    it('of all texts of an account are at most as many as configured, in UTF-8, however they are written', async () => {
      const alice = await register();
      const answers = await Promise.all(Array.from({ length: 20 }, () => write(alice, 'é'.repeat(500))));
      // 1,001 bytes each with the title.
      expect(statuses(answers, 201)).toHaveLength(4);
      const [refused] = statuses(answers, 403) as typeof answers;
      expect(refused?.body.quota).toEqual({ name: 'bytes', limit: BYTES, used: 4004 });
      await expectExact(alice);
    });

    it('bound what a note may grow by, also where several grow at once; a shorter one always passes', async () => {
      const alice = await register();
      const notes = await Promise.all(Array.from({ length: 4 }, () => write(alice, 'x')));
      const grow = (length: number) =>
        Promise.all(
          notes.map(({ body }) =>
            alice.patch<NoteBody & QuotaProblem>(`/notes/${body.id}`, { content: 'x'.repeat(length) }),
          ),
        );
      const answers = await grow(2000);
      expect(statuses(answers, 200)).toHaveLength(2);
      const [refused] = statuses(answers, 403) as typeof answers;
      expect(refused?.body).toMatchObject({ code: 'quota_exceeded', quota: { name: 'bytes', limit: BYTES } });
      await expectExact(alice);
      expect(statuses(await grow(10), 200)).toHaveLength(4);
      const pin = await alice.patch(`/notes/${notes[0]?.body.id}`, { isPinned: true });
      expect(pin.status).toBe(200);
      await expectExact(alice);
    });
  });

  it('a refused note leaves nothing behind', async () => {
    const alice = await register();
    await Promise.all(Array.from({ length: ROWS }, () => write(alice)));
    const before = await usageOf(alice);
    for (let attempts = 0; attempts < 3; attempts += 1) expect((await write(alice, 'more')).status).toBe(403);
    expect(await usageOf(alice)).toEqual(before);
  });

  describe('sessions', () => {
    const sessionsOf = async (client: Client) => {
      const { body } = await client.get<PageBody<{ id: string }>>('/auth/sessions');
      return body.items.map(({ id }) => id);
    };
    const endedOf = async (client: Client) => {
      const { body } = await client.get<PageBody<{ type: string; details: object }>>('/auth/activity?limit=100');
      return body.items.filter(({ type }) => type === 'session.ended').map(({ details }) => details);
    };

    it('beyond the quota end those used longest ago, at once and on record', async () => {
      const alice = await register();
      const { username } = alice.session.user;
      const [second, third] = [await app.logIn(username), await app.logIn(username)];
      expect(await sessionsOf(third)).toHaveLength(3);
      app.clock.advance(1000);
      const { refreshToken } = alice.session;
      expect((await app.anonymous.post('/auth/refresh', { refreshToken })).status).toBe(200);
      const fourth = await app.logIn(username);
      expect((await second.get('/users/me')).status).toBe(401);
      expect((await alice.get('/users/me')).status).toBe(200);
      const refused = await app.anonymous.post<Problem>('/auth/refresh', { refreshToken: second.session.refreshToken });
      expect(refused.status).toBe(401);
      expect(await sessionsOf(fourth)).toHaveLength(3);
      expect(await endedOf(fourth)).toEqual([{ reason: 'displaced' }]);
    });

    it('of any number that an earlier version or a higher quota left end with the next login, in one event', async () => {
      const alice = await register();
      const { id, username } = alice.session.user;
      const { manager } = app.app.get(Database);
      const copyId = {
        sqlite: `'00000000-0000-7000-8000-' || printf('%012d', n)`,
        postgres: `('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid`,
      }[dialect];
      const rest = manager.connection
        .getMetadata(Session)
        .columns.map(({ databaseName }) => `"${databaseName}"`)
        .filter((name) => name !== '"id"')
        .join();
      await manager.query(
        `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 40000)
         INSERT INTO "sessions" ("id", ${rest}) SELECT ${copyId}, ${rest} FROM numbers, "sessions" WHERE "userId" = $1`,
        [id],
      );
      const login = await app.logIn(username);
      const all = await app.app.get(Database).select(Session, '"userId" = $1', [id]);
      expect([all.length, all.filter(({ endedAt }) => endedAt === null).length]).toEqual([6, 3]);
      expect(await endedOf(login)).toEqual([{ reason: 'displaced', sessions: 39_999 }]);
    });

    it('are never more than the quota, however many begin at once, and no more ended ones are kept', async () => {
      const alice = await register();
      const { username, id } = alice.session.user;
      const logins = await Promise.all(Array.from({ length: 12 }, () => app.logIn(username)));
      const live = await Promise.all(logins.map(async (login) => (await login.get('/users/me')).status === 200));
      expect(live.filter(Boolean)).toHaveLength(3);
      const all = await app.app.get(Database).select(Session, '"userId" = $1', [id]);
      expect([all.length, all.filter(({ endedAt }) => endedAt === null).length]).toEqual([6, 3]);
    });
  });

  it('API tokens of an account are at most as many as configured; expired ones do not count', async () => {
    const alice = await register();
    const wanted = { name: 'Script', scopes: ['notes:read'], password: PASSWORD };
    const make = (extra: object = {}) =>
      alice.post<{ id: string } & QuotaProblem>('/auth/api-tokens', { ...wanted, ...extra });
    const expiresAt = new Date(app.clock.now() + 60_000).toISOString();
    const answers = await Promise.all(Array.from({ length: 20 }, () => make({ expiresAt })));
    expect(statuses(answers, 201)).toHaveLength(4);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(16);
    const [refused] = statuses(answers, 403) as typeof answers;
    expect(refused?.body).toMatchObject({
      code: 'quota_exceeded',
      quota: { name: 'apiTokens', limit: 4, used: 4 },
    });
    app.clock.advance(60_000);
    const { status, body } = await make();
    expect(status).toBe(201);
    expect((await alice.delete(`/auth/api-tokens/${body.id}`)).status).toBe(204);
    expect(statuses(await Promise.all(Array.from({ length: 6 }, () => make())), 201)).toHaveLength(4);
  });

  it('what changes nothing is not recorded', async () => {
    const [alice, admin] = [await register(), await app.registerAdmin(`admin-${(names += 1)}`)];
    const { id, username } = alice.session.user;
    const account = `/admin/users/${id}`;
    const recorded = async () =>
      (await admin.get<PageBody<object>>(`/admin/audit-events?accountId=${id}&limit=100`)).body.items.length;
    await admin.patch(account, { isActive: false });
    const before = await recorded();
    await admin.patch(account, { isActive: false });
    await admin.patch(account, { isActive: false, roles: ['user'] });
    await admin.delete(`${account}/sessions`);
    expect(await recorded()).toBe(before);
    await admin.patch(account, { isActive: true });
    const again = await app.logIn(username);
    const active = await recorded();
    for (let times = 0; times < 3; times += 1) {
      expect((await again.delete('/auth/sessions')).status).toBe(204);
      expect((await again.patch('/users/me', { username })).status).toBe(200);
      expect((await again.patch('/users/me', {})).status).toBe(200);
      await admin.patch(account, { isActive: true });
    }
    expect(await recorded()).toBe(active);
    await app.logIn(username);
    await again.delete('/auth/sessions');
    // The login, and that its session was ended.
    expect(await recorded()).toBe(active + 2);
  });

  it('counts go with the account', async () => {
    const alice = await register();
    await write(alice, 'text');
    expect((await alice.send('DELETE', '/users/me', { password: PASSWORD })).status).toBe(204);
    expect((await usageOf(alice)).counted).toEqual([]);
  });
});

onEachDatabase((dialect) => {
  it('rows that were there before, and those that are written past the program, count', async () => {
    const database = await createDatabase(dialect);
    const source = await openDatabase(database.env);
    const usage = async () => {
      const [row] = await source.query<Usage[]>(`SELECT * FROM "owned_usage" WHERE "resource" = 'notes'`);
      return row && [Number(row.rows), Number(row.bytes)];
    };
    const owner = newId();
    const insert = () =>
      source.query(
        `INSERT INTO "notes" ("id", "ownerId", "createdAt", "updatedAt", "title", "content", "isPinned")
         VALUES ($1, $2, 1, 1, 'é', 'xyz', FALSE), ($3, $4, 1, 1, '', '😀', FALSE)`,
        [newId(), owner, newId(), owner],
      );
    try {
      await migrate(source);
      const user = newUser({ username: 'alice', email: 'alice@example.com', holdsEmail: true }, 1);
      await source.manager.insert(User, Object.assign(user, { id: owner }));
      await insert();
      expect(await usage()).toEqual([2, 9]);
      // As SQLite does with the triggers of a table that a migration rebuilds.
      await dropCounters(source);
      await insert();
      expect(await usage()).toEqual([2, 9]);
      await migrate(source);
      expect(await usage()).toEqual([4, 18]);
      await source.query('UPDATE "notes" SET "content" = \'x\'');
      expect(await usage()).toEqual([4, 8]);
      await source.query('DELETE FROM "notes"');
      expect(await usage()).toEqual([0, 0]);
    } finally {
      await source.destroy();
      await database.drop();
    }
  });
});
