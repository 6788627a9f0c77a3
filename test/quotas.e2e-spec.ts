import { newId } from '../src/common/ids';
import { migrate } from '../src/database/migrate';
import { dropCounters } from '../src/database/usage/usage-counters';
import { User } from '../src/users/user.entity';
import { newUser } from '../src/users/users.service';
import { type Actor, PASSWORD, TestApp } from './support/app';
import type { NoteBody, PageBody, Problem } from './support/client';
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
    });
  });

  afterAll(() => app.stop());

  const register = () => app.register(`user-${(names += 1)}`);

  const write = (owner: Actor, content = '') => owner.post<NoteBody & QuotaProblem>('/notes', { title: 'n', content });

  /** What is counted, and what there is. */
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
    for (let tries = 0; tries < 3; tries += 1) expect((await write(alice, 'more')).status).toBe(403);
    expect(await usageOf(alice)).toEqual(before);
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
      // As SQLite does with the triggers of a table that a migration makes anew.
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
