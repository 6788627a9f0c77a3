import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client as PostgresClient } from 'pg';
import sqlite3 from 'sqlite3';
import { newId } from '../src/platform/kernel/ids';
import { type Answer, type Authenticated, type NoteBody, PASSWORD } from './support/client';
import { createDatabase, onEachDatabase, type TestDatabase } from './support/databases';
import { type LogLine, Program } from './support/program';
import { Visitor } from './support/visitor';

const MISSING_ID = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';

/** A log line that an attacker tries to forge. */
const FORGED = '{"level":"info","msg":"forged"}';

/** Hides tables from the running server, so that its statements fail unexpectedly, with their values. */
async function hideTables(database: TestDatabase): Promise<void> {
  const statement = `ALTER TABLE "password_credentials" RENAME TO "hidden"; ALTER TABLE "notes" RENAME TO "hidden_too"`;
  if (database.dialect === 'postgres') {
    const client = new PostgresClient({ connectionString: database.env['DATABASE_URL'] });
    await client.connect();
    await client.query(statement);
    await client.end();
    return;
  }
  const file = new sqlite3.Database(join(database.dataDir, 'latchkey.sqlite'));
  await new Promise<void>((done, failed) => file.exec(statement, (error) => (error ? failed(error) : done())));
  await new Promise<void>((done, failed) => file.close((error) => (error ? failed(error) : done())));
}

/** Sends bytes as they are, which no HTTP client would, and reads the whole answer. */
async function sendRaw(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.end(bytes);
  return text(socket);
}

onEachDatabase((dialect) => {
  let database: TestDatabase;
  let program: Program;

  beforeAll(async () => {
    database = await createDatabase(dialect);
    program = await Program.start(database.env);
  });

  afterAll(async () => {
    await Program.killAll();
    await database.drop();
  });

  /** The lines of the requests of a test, once all of them are in the log; a last request tells that. */
  const requestsDuring = async (work: () => Promise<unknown>, on = program): Promise<LogLine[]> => {
    const mark = async (id: string) => {
      await on.anonymous.get('//health/live', { headers: { 'x-request-id': id } });
      await on.logged(({ requestId }) => requestId === id);
      return on.log.findIndex(({ requestId }) => requestId === id);
    };
    const begin = await mark(newId());
    await work();
    const end = await mark(newId());
    expect([on.isRunning, on.stderr]).toEqual([true, '']);
    return on.log.slice(begin + 1, end).filter(({ msg }) => msg === 'request');
  };

  it('a request is one JSON line with its id, method, route pattern, status and duration', async () => {
    const session = await program.register('alice');
    const alice = program.as(session);
    const { body: note } = await alice.post<NoteBody>('/notes', { title: 'logged' });
    const calls: [() => Promise<Answer>, Partial<LogLine>][] = [
      [() => alice.get('/notes?limit=5'), { method: 'GET', route: '/api/v1/notes', status: 200 }],
      [() => alice.get(`/notes/${note.id}`), { method: 'GET', route: '/api/v1/notes/:id', status: 200 }],
      [() => alice.patch(`/notes/${note.id}`, {}), { method: 'PATCH', route: '/api/v1/notes/:id', status: 200 }],
      [() => alice.get(`/notes/${MISSING_ID}`), { route: '/api/v1/notes/:id', status: 404, code: 'not_found' }],
      [() => alice.post('/notes', {}), { route: '/api/v1/notes', status: 400, code: 'validation_failed' }],
      [() => alice.post('/notes', undefined, { raw: '{' }), { status: 400, code: 'malformed_body' }],
      [() => program.anonymous.get('/notes'), { status: 401, code: 'unauthenticated' }],
      [() => alice.send('PUT', `/notes/${note.id}`), { method: 'PUT', route: '/api/v1/notes/:id', status: 405 }],
      [() => alice.get('/nowhere'), { route: 'none', status: 404, code: 'not_found' }],
      [() => alice.get('//health/live'), { status: 200 }],
      [() => alice.delete(`/notes/${note.id}`), { method: 'DELETE', route: '/api/v1/notes/:id', status: 204 }],
    ];
    const answers: Answer[] = [];
    const lines = await requestsDuring(async () => {
      for (const [call] of calls) answers.push(await call());
    });
    expect(lines).toHaveLength(calls.length);
    for (const [index, line] of lines.entries()) {
      expect(line).toMatchObject({ ...calls[index]?.[1], requestId: answers[index]?.headers.get('x-request-id') });
      expect(line.durationMs).toBeGreaterThanOrEqual(0);
    }
  });

  it('no password, token, secret, query or content is ever logged, at any level, for successes or failures', async () => {
    const appSecret = 'the secret of this application of 32 bytes';
    const hidden = await createDatabase(dialect);
    const talkative = await Program.start({ ...hidden.env, LOG_LEVEL: 'trace', APP_SECRET: appSecret });
    const secrets = new Set([appSecret, '$2b$', 'postgres:postgres@']);
    /** A text that must not be logged. */
    const secret = <T extends string>(value: T): T => {
      secrets.add(value);
      return value;
    };
    const password = secret('päss-wörd that is right');
    const wrong = secret('a password that is wrong');
    const content = secret('dear diary, nobody may read this');
    const { anonymous } = talkative;
    const keep = ({ body }: Answer<Authenticated>) => {
      for (const part of [...body.accessToken.split('.').slice(1), body.refreshToken]) secret(part);
      return body;
    };
    const register = (username: string, sent: string) =>
      anonymous.post<Authenticated>('/auth/register', { username, email: `${username}@example.com`, password: sent });
    const login = (username: string, sent: string) =>
      anonymous.post<Authenticated>('/auth/login', { username, password: sent });
    const refresh = (refreshToken: string) => anonymous.post<Authenticated>('/auth/refresh', { refreshToken });

    const first = keep(await register('alice', password));
    const alice = talkative.as(keep(await login('alice', password)));
    const rotated = keep(await refresh(first.refreshToken));
    keep(await refresh(first.refreshToken));
    const { body: note } = await alice.post<NoteBody>('/notes', { title: secret('a private title'), content });
    const misuses = [
      register('alice', wrong),
      register('x', wrong),
      login('alice', wrong),
      login('nobody', wrong),
      login(wrong, password),
      refresh(secret(`${rotated.refreshToken.slice(0, -4)}AAAA`)),
      anonymous.post('/auth/login', { username: 'alice', password, [wrong]: wrong }),
      anonymous.post('/auth/login', undefined, { raw: `{"username":"alice","password":"${wrong}"` }),
      anonymous.as(secret(`${first.accessToken.slice(0, -4)}AAAA`)).get('/notes'),
      anonymous.get(`/notes?access_token=${first.accessToken}`),
      anonymous.get(`/nowhere/${password}?password=${encodeURIComponent(wrong)}`),
      alice.get(`/notes?${secret('secret-of-a-query')}=1`),
      alice.get(`/notes?cursor=${secret('c2VjcmV0LWN1cnNvcg')}`),
      alice.patch(`/notes/${note.id}?token=${secret('token-in-a-query')}`, { content: null }),
    ];
    for (const { status } of await Promise.all(misuses)) expect(status).toBeGreaterThanOrEqual(400);
    await hideTables(hidden);
    const failures = () =>
      Promise.all([
        register('bob', password),
        login('alice', password),
        alice.post('/notes', { title: 'lost', content }),
      ]);
    const lines = await requestsDuring(async () => {
      for (const { status } of await failures()) expect(status).toBe(500);
    }, talkative);
    expect(await talkative.stop()).toBe(0);
    expect(lines.filter(({ status }) => status === 500)).toHaveLength(3);
    expect(talkative.log.filter(({ level }) => level === 'error').length).toBeGreaterThanOrEqual(3);
    const output = talkative.stdout.join('\n');
    expect([...secrets].filter((value) => output.includes(value))).toEqual([]);
    await hidden.drop();
  });

  it('a page request is one line with route, status and account, without cookie, token or query', async () => {
    const visitor = new Visitor(program.url);
    const { user } = await program.register('wanda');
    const secrets = new Set<string>(['Mozilla', 'wrong password', PASSWORD, 'looked-for']);
    const keepCookies = () => [...visitor.cookies.values()].forEach((value) => secrets.add(value));
    const logIn = (password: string) => visitor.logIn('wanda', { password, next: '/?q=looked-for' });
    const id = newId();
    const lines = await requestsDuring(async () => {
      const { html } = await visitor.get('/login?next=%2F%3Fq%3Dlooked-for');
      secrets.add(/name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? 'no token');
      await logIn('wrong password');
      await logIn(PASSWORD);
      keepCookies();
      await visitor.get('/?q=looked-for');
      await visitor.get(`/admin/users/${id}?q=looked-for`);
      await visitor.get('/nowhere/looked-for');
      await visitor.post('/logout', { _csrf: 'looked-for' });
      keepCookies();
    });
    expect(lines.map(({ method, route, status, userId }) => [method, route, status, userId])).toEqual([
      ['GET', '/login', 200, undefined],
      ['POST', '/login', 401, undefined],
      ['POST', '/login', 303, undefined],
      ['GET', '/', 200, user.id],
      ['GET', '/admin/users/:id', 403, user.id],
      ['GET', 'none', 404, user.id],
      ['POST', '/logout', 303, user.id],
    ]);
    expect([...secrets].filter((value) => value !== '' && program.stdout.join('\n').includes(value))).toEqual([]);
  });

  it('no header and no name can forge a log line', async () => {
    const breaks = ['\r\n', '\n', '\r', '\r\n ', '\n\t', '\r\n\r\n', '\u2028', '\u0085', '\\r\\n', '\x1b[2K'];
    const headers = ['X-Request-Id', 'User-Agent', 'Host', 'Authorization', 'X-Forwarded-For'];
    const tryAll = async (lineBreak: string) => {
      for (const header of headers) {
        const head = `GET /api/v1/notes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`;
        expect(await sendRaw(program.url, `${head}${header}: a${lineBreak}${FORGED}\r\n\r\n`)).toMatch(
          /^HTTP\/1\.1 40[01] /,
        );
      }
      const username = `alice${lineBreak}${FORGED}`;
      const account = { username, email: `alice${lineBreak}@example.com`, password: PASSWORD };
      expect((await program.anonymous.post('/auth/register', account)).status).toBe(400);
      expect((await program.anonymous.post('/auth/login', { username, password: username })).status).toBe(401);
      const path = `/${encodeURIComponent(lineBreak + FORGED)}`;
      expect((await program.anonymous.get(path, { headers: { 'x-request-id': FORGED } })).status).toBe(404);
    };
    const lines = await requestsDuring(async () => {
      for (const lineBreak of breaks) await tryAll(lineBreak);
    });
    // Reading the log proves that every line of it is JSON; a name may stand in one, but never be one.
    expect(program.log.filter(({ msg }) => msg === 'forged')).toEqual([]);
    expect(lines.length).toBeGreaterThan(breaks.length);
    for (const { requestId } of lines) expect(requestId).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
  });

  it('a valid X-Request-Id of the client is the one in the log', async () => {
    const headers = { 'x-request-id': 'caller-7.of_9' };
    const lines = await requestsDuring(() => program.anonymous.get('/users/me', { headers }));
    expect(lines).toMatchObject([{ requestId: 'caller-7.of_9', status: 401 }]);
  });
});
