import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { TestApp } from './support/app';
import { Authenticator, type ChallengeBody, type SecondFactorBody } from './support/authenticator';
import {
  type Answer,
  type Authenticated,
  type Client,
  type NoteBody,
  type PageBody,
  type Problem,
  PASSWORD,
} from './support/client';
import { createDatabase, type Dialect, onEachDatabase, type TestDatabase } from './support/databases';
import { Program } from './support/program';

/** Acknowledged writes after which the process is killed. */
const WRITES_BEFORE_KILL = 100;
const WRITERS = 6;

/** The one write of a writer that was in progress when the process died: it may have happened or not. */
type Interrupted = { method: 'POST'; title: string } | { method: 'PATCH' | 'DELETE'; note: NoteBody; content: string };

/** Writes notes one after the other until the server is gone, and records what was acknowledged. */
class Writer {
  /** Every note as it was acknowledged last. */
  readonly notes = new Map<string, NoteBody>();
  readonly deleted = new Set<string>();
  private writes = 0;

  constructor(
    private readonly name: string,
    readonly session: Authenticated,
  ) {}

  /** Three new notes, one change, one removal, and over again. */
  async writeUntilKilled(client: Client, acknowledged: () => void): Promise<Interrupted> {
    for (;;) {
      const next = this.next();
      let answer: Answer<NoteBody>;
      try {
        answer = await this.send(client, next);
      } catch {
        return next;
      }
      this.keep(next, answer);
      acknowledged();
    }
  }

  private next(): Interrupted {
    this.writes += 1;
    const title = `${this.name} ${this.writes}`;
    const content = `${title}: `.repeat(300);
    const [oldest, second] = this.notes.values();
    if (this.writes % 5 === 3 && second) return { method: 'PATCH', note: second, content };
    if (this.writes % 5 === 4 && oldest) return { method: 'DELETE', note: oldest, content };
    return { method: 'POST', title };
  }

  private send(client: Client, write: Interrupted): Promise<Answer<NoteBody>> {
    if (write.method === 'POST') return client.post('/notes', { title: write.title, content: write.title.repeat(300) });
    const path = `/notes/${write.note.id}`;
    return write.method === 'PATCH' ? client.patch(path, { content: write.content }) : client.delete(path);
  }

  private keep(write: Interrupted, { status, body, text }: Answer<NoteBody>): void {
    const expected = { POST: 201, PATCH: 200, DELETE: 204 }[write.method];
    if (status !== expected) throw new Error(`${write.method} answered ${status}: ${text}`);
    if (write.method === 'DELETE') {
      this.notes.delete(write.note.id);
      this.deleted.add(write.note.id);
    } else {
      this.notes.set(body.id, body);
    }
  }
}

async function readAll(client: Client): Promise<NoteBody[]> {
  const notes: NoteBody[] = [];
  let cursor = '';
  do {
    const { body }: Answer<PageBody<NoteBody>> = await client.get(`/notes?limit=100${cursor}`);
    notes.push(...body.items);
    cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
  } while (cursor !== '');
  return notes;
}

const byId = (a: NoteBody, b: NoteBody) => (a.id < b.id ? -1 : 1);

/** Verifies that the notes are those that were acknowledged, and that the interrupted one is complete, old or new. */
function expectAcknowledged(found: NoteBody[], writer: Writer, interrupted: Interrupted): void {
  const isInDoubt = (note: NoteBody) =>
    interrupted.method === 'POST' ? note.title === interrupted.title : note.id === interrupted.note.id;
  const sure = (notes: Iterable<NoteBody>) => [...notes].filter((note) => !isInDoubt(note)).sort(byId);
  expect(sure(found)).toEqual(sure(writer.notes.values()));
  expect(found.filter(({ id }) => writer.deleted.has(id))).toEqual([]);
  const [inDoubt, ...copies] = found.filter(isInDoubt);
  expect(copies).toEqual([]);
  if (interrupted.method === 'POST') {
    if (inDoubt) expect(inDoubt.content).toBe(interrupted.title.repeat(300));
  } else if (interrupted.method === 'PATCH') {
    expect([interrupted.note.content, interrupted.content]).toContain(inDoubt?.content);
  } else if (inDoubt) {
    expect(inDoubt).toEqual(interrupted.note);
  }
}

/** A connection of the test's own. */
function openDatabase({ dialect, env, dataDir }: TestDatabase): Promise<DataSource> {
  const options: DataSourceOptions =
    dialect === 'sqlite'
      ? { type: 'sqlite', database: join(dataDir, 'latchkey.sqlite') }
      : { type: 'postgres', url: env['DATABASE_URL'] ?? '', poolSize: 1 };
  return new DataSource(options).initialize();
}

/** Resolves once a transaction waits for its session to begin. */
async function untilStalled(other: DataSource, dialect: Dialect): Promise<void> {
  const isWaiting = async () => {
    if (dialect === 'postgres') {
      const rows = await other.query<unknown[]>(
        `SELECT 1 FROM pg_locks WHERE "locktype" = 'advisory' AND NOT "granted"`,
      );
      return rows.length > 0;
    }
    // Refused once SQLite's one writer was busy for the driver's whole second, as with nothing else.
    const begun = await other.query<unknown>('BEGIN IMMEDIATE').catch((error: unknown) => String(error));
    if (typeof begun === 'string' && begun.includes('SQLITE_BUSY')) return true;
    await other.query('ROLLBACK');
    return false;
  };
  while (!(await isWaiting()));
}

/** Makes each new session wait within its transaction, after everything that the transaction did before. */
const STALL: Record<Dialect, readonly string[]> = {
  sqlite: [
    'CREATE VIEW "forever" AS WITH RECURSIVE "n" ("i") AS (VALUES (1) UNION ALL SELECT "i" + 1 FROM "n") SELECT "i" FROM "n"',
    'CREATE TRIGGER "stall" BEFORE INSERT ON "sessions" BEGIN SELECT COUNT(*) FROM "forever"; END',
  ],
  postgres: [
    `CREATE FUNCTION "stall"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$`,
    'CREATE TRIGGER "stall" BEFORE INSERT ON "sessions" FOR EACH ROW EXECUTE FUNCTION "stall"()',
  ],
};

const GO_ON: Record<Dialect, string> = {
  sqlite: 'DROP TRIGGER "stall"',
  postgres: 'DROP TRIGGER "stall" ON "sessions"',
};

onEachDatabase((dialect) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase(dialect);
  });

  afterAll(async () => {
    await Program.killAll();
    await database.drop();
  });

  it('after kill -9 under load, twice, every acknowledged note exists as acknowledged and every deleted one is gone', async () => {
    let program = await Program.start(database.env);
    const names = Array.from({ length: WRITERS }, (_, index) => `writer${index}`);
    const register = async (name: string) => new Writer(name, await program.register(name));
    const writers = await Promise.all(names.map(register));
    for (let kill = 1; kill <= 2; kill += 1) {
      let acknowledged = 0;
      const count = () => {
        acknowledged += 1;
        if (acknowledged === WRITES_BEFORE_KILL) program.signal('SIGKILL');
      };
      const load = writers.map((writer) => writer.writeUntilKilled(program.as(writer.session), count));
      const interrupted = await Promise.all(load);
      expect(await program.ended).toEqual({ code: null, signal: 'SIGKILL' });
      const again = await TestApp.on(database);
      for (const [index, writer] of writers.entries()) {
        const found = await readAll(again.anonymous.as(writer.session.accessToken));
        expectAcknowledged(found, writer, interrupted[index] ?? { method: 'POST', title: '' });
        writer.notes.clear();
        for (const note of found) writer.notes.set(note.id, note);
      }
      await again.app.close();
      if (kill === 1) program = await Program.start(database.env);
    }
  });

  it('killed between a second factor and its session, nothing is half done: the same code signs in after a start', async () => {
    const before = await TestApp.on(database);
    const owner = await before.register('halfway');
    const [code = ''] = (await Authenticator.enroll(before, owner)).recoveryCodes;
    const account = { username: 'halfway', password: PASSWORD };
    const { challengeToken } = (await before.anonymous.post<ChallengeBody>('/auth/login', account)).body;
    await before.app.close();
    const proof = { challengeToken, recoveryCode: code };

    const other = await openDatabase(database);
    for (const statement of STALL[dialect]) await other.query(statement);
    await other.query(dialect === 'postgres' ? 'SELECT pg_advisory_lock(7)' : 'SELECT 1');
    const program = await Program.start(database.env);
    const unanswered = program.anonymous.post('/auth/second-factor', proof).catch(() => 'unanswered');
    await untilStalled(other, dialect);
    await program.kill9();
    expect(await unanswered).toBe('unanswered');
    if (dialect === 'postgres') await other.query('SELECT pg_advisory_unlock(7)');
    await other.query(GO_ON[dialect]);
    await other.destroy();

    const after = await TestApp.on(database);
    const answers = [];
    for (const once of [proof, proof])
      answers.push(await after.anonymous.post<Authenticated>('/auth/second-factor', once));
    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
    const session = after.anonymous.as(answers[0]?.body.accessToken);
    expect((await session.get<SecondFactorBody>('/auth/second-factor')).body.recoveryCodesLeft).toBe(9);
    // The session that enrolled, and the one that just began.
    expect((await session.get<PageBody<object>>('/auth/sessions')).body.items).toHaveLength(2);
    await after.app.close();
  });

  describe('after kill -9 and a start on the same database', () => {
    let app: TestApp;
    let staying: Authenticated;
    let rotated: Authenticated;
    let loggedOut: Authenticated;
    let removed: Authenticated;
    let cursor: string;

    const refresh = (at: TestApp | Program, { refreshToken }: Authenticated) =>
      at.anonymous.post<Authenticated & Problem>('/auth/refresh', { refreshToken });
    const login = (at: TestApp | Program, { user }: Authenticated) =>
      at.anonymous.post<Authenticated>('/auth/login', { username: user.username, password: PASSWORD });

    const as = ({ accessToken }: Authenticated) => app.anonymous.as(accessToken);

    /** The session's access and refresh token are both refused. */
    const expectDead = async (session: Authenticated) => {
      const access = await as(session).get<Problem>('/users/me');
      expect([access.status, access.body.code]).toEqual([401, 'invalid_token']);
      const continued = await refresh(app, session);
      expect([continued.status, continued.body.code]).toEqual([401, 'invalid_refresh_token']);
    };

    beforeAll(async () => {
      const before = await Program.start(database.env);
      staying = await before.register('staying');
      const client = before.as(staying);
      for (const title of ['first', 'second', 'third']) await client.post('/notes', { title });
      cursor = (await client.get<PageBody<NoteBody>>('/notes?limit=2')).body.nextCursor ?? '';
      rotated = (await refresh(before, await before.register('rotated'))).body;
      removed = (await login(before, staying)).body;
      const sessions = await before.as(removed).get<PageBody<{ id: string; current: boolean }>>('/auth/sessions');
      const { id } = sessions.body.items.find(({ current }) => current) ?? { id: '' };
      expect((await client.delete(`/auth/sessions/${id}`)).status).toBe(204);
      loggedOut = await before.register('loggedout');
      expect((await before.as(loggedOut).post('/auth/logout')).status).toBe(204);
      await before.kill9();
      app = await TestApp.on(database);
    });

    afterAll(() => app.app.close());

    it('access tokens are valid', async () => {
      const { status, body } = await as(staying).get('/users/me');
      expect([status, body]).toEqual([200, staying.user]);
    });

    it('the newest refresh token of a session is valid', async () => {
      expect((await refresh(app, rotated)).status).toBe(200);
      expect((await refresh(app, staying)).status).toBe(200);
    });

    it('passwords are valid', async () => {
      expect((await login(app, staying)).status).toBe(200);
    });

    it('the cursor of a page continues where that page ended', async () => {
      const { status, body } = await as(staying).get<PageBody<NoteBody>>(`/notes?cursor=${cursor}`);
      expect([status, body.items.map(({ title }) => title), body.nextCursor]).toEqual([200, ['first'], null]);
    });

    it('a session that was logged out stays ended', () => expectDead(loggedOut));

    it('a session that was removed stays ended', () => expectDead(removed));

    it('the secret in DATA_DIR can be read only by its owner', () => {
      const { mode, uid } = statSync(join(database.dataDir, 'secret'));
      expect([mode & 0o777, uid]).toEqual([0o600, process.getuid?.()]);
    });
  });
});
