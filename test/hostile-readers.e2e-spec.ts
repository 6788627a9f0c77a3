import { TestApp } from './support/app';
import type { Authenticated, Client, NoteBody, PageBody, Problem } from './support/client';
import { createDatabase, onEachDatabase, type TestDatabase } from './support/databases';
import { HostileReader, residentMiB } from './support/hostile-reader';
import { Program } from './support/program';

/** Resident memory may grow by this much over idle, in MiB. */
const MAX_GROWTH_MIB = 150;

/** 400 kB each, as UTF-8; together more than the kernel takes for a client that does not read. */
const LARGE_NOTES = 30;
const LARGE = '😀'.repeat(100_000);
const LARGE_PAGE = '/notes?limit=100';

/** How long others are watched, in milliseconds. */
const WATCH_MS = 1_000;

/** A light request with a response; how long it takes is measured by the benchmark. @throws Error for any other status */
async function isServed({ origin, accessToken = '' }: Client, path: string): Promise<void> {
  const response = await fetch(origin + path, { headers: { authorization: `Bearer ${accessToken}` } });
  await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
}

/** Sends two light requests in turn for a while. @returns their number */
async function watch(client: Client): Promise<number> {
  let served = 0;
  const end = performance.now() + WATCH_MS;
  while (performance.now() < end) {
    for (const path of ['/api/v1/users/me', '/health/live']) await isServed(client, path);
    served += 2;
  }
  return served;
}

/** The highest resident memory of a program while something is done, in MiB. */
async function peakDuring(program: Program, work: () => Promise<void>): Promise<number> {
  let peak = 0;
  const sampling = setInterval(() => (peak = Math.max(peak, residentMiB(program.pid))), 20);
  await work();
  clearInterval(sampling);
  return peak;
}

/** A response of which only a refusal is decoded. */
interface Taken {
  status: number;
  headers: Headers;
  body: Buffer;
  refusal: Problem | undefined;
}

/** Requests a large response and reads it whole, without decoding it, which took as long as what is tested. */
async function take(client: Client, path: string): Promise<Taken> {
  const authorization = `Bearer ${client.accessToken ?? ''}`;
  const response = await fetch(`${client.origin}/api/v1${path}`, { headers: { authorization } });
  const body = Buffer.from(await response.arrayBuffer());
  const refusal = response.ok ? undefined : (JSON.parse(body.toString()) as Problem);
  return { status: response.status, headers: response.headers, body, refusal };
}

/** Repeats a request until the response has this status. */
async function until(client: Client, path: string, status: number): Promise<Taken> {
  for (;;) {
    const answer = await take(client, path);
    if (answer.status === status) return answer;
  }
}

async function writeLargeNotes(client: Client, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const { status, text } = await client.post<NoteBody>('/notes', { title: `${index}`, content: LARGE });
    if (status !== 201) throw new Error(`A note was answered ${status}: ${text}`);
  }
}

onEachDatabase((dialect) => {
  let database: TestDatabase;
  let program: Program;
  let hostile: Authenticated;
  let bob: Authenticated;

  beforeAll(async () => {
    database = await createDatabase(dialect);
    program = await Program.start(database.env);
    hostile = await program.register('hostile');
    bob = await program.register('bob');
    await writeLargeNotes(program.as(hostile), LARGE_NOTES);
    await writeLargeNotes(program.as(bob), 2);
    // Normal reads of the same pages do not count as growth.
    for (let round = 0; round < 10; round += 1) await take(program.as(hostile), LARGE_PAGE);
  }, 120_000);

  afterAll(async () => {
    await Program.killAll();
    await database.drop();
  });

  const readers = (count: number, path: string) => HostileReader.many(count, program.url, path, hostile.accessToken);
  const attacks: Record<string, () => Promise<HostileReader[]>> = {
    '150 sockets that ask for large pages': () => readers(150, LARGE_PAGE),
    '60 exports': () => readers(60, '/users/me/export'),
    // How fewer or pipelined requests differ from these does not depend on the database.
    ...(dialect === 'sqlite' && {
      '60 sockets that ask for large pages': () => readers(60, LARGE_PAGE),
      '60 pipelined requests for large pages': async () => [
        await HostileReader.ask(program.url, LARGE_PAGE, hostile.accessToken, 60),
      ],
    }),
  };

  it.each(Object.keys(attacks))(
    '%s and do not read: memory stays bounded, others are served in the meantime, and all are afterwards',
    async (name) => {
      const [own, other] = [program.as(hostile), program.as(bob)];
      for (let round = 0; round < 3; round += 1) await take(own, LARGE_PAGE);
      const idleMemory = residentMiB(program.pid);
      let hostiles: HostileReader[] = [];
      let served = 0;
      const peak = await peakDuring(program, async () => {
        hostiles = (await attacks[name]?.()) ?? [];
        served = await watch(other);
      });
      expect(peak - idleMemory).toBeLessThan(MAX_GROWTH_MIB);
      expect(served).toBeGreaterThan(0);
      await Promise.all(hostiles.map((reader) => reader.hangUp()));
      // The server learns of each closed connection a little later, and until then their responses count.
      const { body } = await until(own, LARGE_PAGE, 200);
      expect((JSON.parse(body.toString()) as PageBody<NoteBody>).items[0]?.content === LARGE).toBe(true);
      await until(own, '/users/me/export', 200);
    },
    60_000,
  );

  describe('with a second to read a page', () => {
    let small: Program;

    beforeAll(async () => {
      small = await Program.start({ ...database.env, RESPONSE_READ_SECONDS: '1' });
    });

    afterAll(() => small.kill9());

    const ask = (path: string, requests = 1) => HostileReader.ask(small.url, path, hostile.accessToken, requests);

    /** Connections that the program says it has cut; the kernel does not tell a client that is not reading. */
    const cut = () => small.log.reduce((sum, { connections = 0 }) => sum + connections, 0);

    it('clients that read nothing, or an occasional byte, are disconnected; others are not, and then all are served', async () => {
      const quiet = await ask('/users/me');
      const mute = await Promise.all([ask(LARGE_PAGE, 60), ask('/users/me/export')]);
      const sipping = await ask(LARGE_PAGE, 60);
      const sips = setInterval(() => sipping.sip(1), 50);
      await small.logged(() => cut() === 3);
      clearInterval(sips);
      expect((await take(small.as(hostile), LARGE_PAGE)).status).toBe(200);
      expect(await quiet.readUntil((text) => text.endsWith('}'))).toContain('hostile@example.com');
      await Promise.all([quiet, sipping, ...mute].map((reader) => reader.hangUp()));
    });

    it('clients that read slowly but steadily get everything', async () => {
      const answer = await fetch(`${small.url}/api/v1/users/me/export`, {
        headers: { authorization: `Bearer ${hostile.accessToken}` },
      });
      let bytes = 0;
      for await (const chunk of answer.body ?? []) {
        bytes += (chunk as Uint8Array).length;
        // 12 MB in about 3 seconds, three times as long as a client may stand still.
        await new Promise((waited) => setTimeout(waited, (chunk as Uint8Array).length / 4_000));
      }
      expect(bytes).toBeGreaterThan(LARGE_NOTES * Buffer.byteLength(LARGE));
    });
  });

  describe('with little memory for responses', () => {
    let narrow: TestApp;

    beforeAll(async () => {
      narrow = await TestApp.on(database, { RESPONSE_UNREAD_BYTES_PER_CLIENT: '524288' });
    });

    afterAll(() => narrow.app.close());

    it('one account can fill only its own share of unread responses; it gets 503 until it reads', async () => {
      const ask = () => HostileReader.ask(narrow.origin, LARGE_PAGE, hostile.accessToken, 60);
      const hostiles = [await ask(), await ask(), await ask()];
      const own = narrow.anonymous.as(hostile.accessToken);
      const refused = await until(own, LARGE_PAGE, 503);
      expect([refused.refusal?.code, refused.headers.get('retry-after')]).toEqual(['overloaded', '5']);
      expect(refused.refusal?.detail).toContain('responses are unread');
      expect((await own.get('/users/me')).status).toBe(200);
      const { status, body } = await narrow.anonymous.as(bob.accessToken).get<PageBody<NoteBody>>(LARGE_PAGE);
      expect([status, body.items[0]?.content === LARGE]).toEqual([200, true]);
      await Promise.all(hostiles.map((reader) => reader.hangUp()));
      await until(own, LARGE_PAGE, 200);
    });
  });

  it('unread responses are also bounded in total: others get 503 only for large ones, until they are read', async () => {
    const narrow = await TestApp.on(database, { RESPONSE_UNREAD_BYTES: '1048576' });
    const ask = () => HostileReader.ask(narrow.origin, LARGE_PAGE, hostile.accessToken, 60);
    const hostiles = [await ask(), await ask(), await ask()];
    const other = narrow.anonymous.as(bob.accessToken);
    const refused = await until(other, LARGE_PAGE, 503);
    expect(refused.refusal?.code).toBe('overloaded');
    expect((await other.get('/users/me')).status).toBe(200);
    await Promise.all(hostiles.map((reader) => reader.hangUp()));
    await until(other, LARGE_PAGE, 200);
    await narrow.app.close();
  });

  it('large lists are read round-robin: those of an account that requests many do not keep others from theirs', async () => {
    const hostiles = await readers(150, LARGE_PAGE);
    for (let round = 0; round < 3; round += 1) await isServed(program.as(bob), '/api/v1/notes?limit=1');
    await Promise.all(hostiles.map((reader) => reader.hangUp()));
  });

  it('unread responses and exports of one network leave room, even for other clients in it', async () => {
    const exports = { EXPORTS_PER_ACCOUNT: '8', EXPORTS_IN_ALL: '8' };
    const narrow = await TestApp.on(database, { RESPONSE_UNREAD_BYTES: '2097152', ...exports });
    const ask = () => HostileReader.ask(narrow.origin, LARGE_PAGE, hostile.accessToken, 20);
    const hostiles = await Promise.all(Array.from({ length: 6 }, ask));
    hostiles.push(...(await HostileReader.many(8, narrow.origin, '/users/me/export', hostile.accessToken)));
    const [own, other] = [narrow.anonymous.as(hostile.accessToken), narrow.anonymous.as(bob.accessToken)];
    for (const path of [LARGE_PAGE, '/users/me/export']) {
      await until(own, path, 503);
      expect((await take(other, path)).status).toBe(200);
    }
    await Promise.all(hostiles.map((reader) => reader.hangUp()));
    await narrow.app.close();
  });

  it('10 unread exports leave two database connections to others', async () => {
    const exports = { EXPORTS_PER_ACCOUNT: '10', EXPORTS_IN_ALL: '40' };
    const narrow = await TestApp.on(database, { DATABASE_POOL_SIZE: '2', ...exports });
    const hostiles = await HostileReader.many(10, narrow.origin, '/users/me/export', hostile.accessToken);
    const other = narrow.anonymous.as(bob.accessToken);
    for (let round = 0; round < 10; round += 1) expect((await other.get('/notes?limit=1')).status).toBe(200);
    expect((await take(other, '/users/me/export')).status).toBe(200);
    await Promise.all(hostiles.map((reader) => reader.hangUp()));
    await narrow.app.close();
  });

  it('an account may have few concurrent exports, and gets 503 for more', async () => {
    const own = program.as(hostile);
    const answers = await Promise.all(Array.from({ length: 6 }, () => take(own, '/users/me/export')));
    const refused = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200).length).toBe(6 - refused.length);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers, refusal } of refused) {
      expect(refusal).toMatchObject({ code: 'overloaded' });
      expect([headers.has('retry-after'), headers.has('content-disposition')]).toEqual([true, false]);
    }
  });

  it('pipelined requests are answered in order, and too many at once close the connection', async () => {
    const honest = await HostileReader.ask(program.url, '/users/me', bob.accessToken, 60);
    expect(await honest.readUntil((text) => text.split('HTTP/1.1 200').length === 61)).toContain('bob@example.com');
    await honest.hangUp();
    const flood = await HostileReader.ask(program.url, LARGE_PAGE, hostile.accessToken, 500);
    await flood.closed;
  });
});
