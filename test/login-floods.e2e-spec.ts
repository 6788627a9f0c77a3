import { once } from 'node:events';
import { connect, type Server, type Socket } from 'node:net';
import { HashThreadPool } from '../src/auth/passwords/hashing/hash-thread-pool.service';
import { PasswordHasher } from '../src/auth/passwords/password-hasher.service';
import { TestApp } from './support/app';
import { type Answer, type Authenticated, PASSWORD } from './support/client';

/** The address of the flood, and the number of its concurrent requests: more than may wait. */
const FLOODER = '198.51.100.66';
const IN_FLIGHT = 24;

/** Users who log in at the same time, each from a separate address, and how often. */
const PEOPLE = ['ann', 'ben', 'cat', 'dan'];
const LOGINS = 3;
const KNOWN = new Set(['ann', 'ben']);

/** How many hashes each of their logins waits for when no one else logs in, its own among them. */
const ALONE = PEOPLE.flatMap((_, index) => [index + 1, ...Array.from({ length: LOGINS - 1 }, () => PEOPLE.length)]);

/**
 * Nothing but the queue for hashes protects; a hash takes some 15 ms and so most of a login's time, and one runs at a
 * time. Its wait alone is looked at, so the database has all the time that a busy machine takes.
 */
const ENV = {
  TRUST_PROXY: '127.0.0.1',
  RATE_LIMITS: 'off',
  PASSWORD_HASH_COST: '8',
  PASSWORD_HASH_CONCURRENCY: '1',
  PASSWORD_HASH_QUEUE: '12',
  DATABASE_TIMEOUT_MS: '60000',
};

const addressOf = (name: string) => `203.0.113.${1 + PEOPLE.indexOf(name)}`;

describe('logins', () => {
  let app: TestApp;
  const devices = new Map<string, string>();
  let names = 0;
  /** Hashes begun so far, and how many were begun while each password was checked. */
  let turns = 0;
  let compare: jest.SpiedFunction<HashThreadPool['compare']>;
  let verify: jest.SpiedFunction<PasswordHasher['verify']>;
  let waits: { network: string; turns: number }[] = [];

  const from = (address: string, device?: string): Record<string, string> => ({
    'x-forwarded-for': address,
    ...(device !== undefined && { 'x-device-token': device }),
  });

  const logIn = (name: string, headers: Record<string, string>, password = PASSWORD): Promise<Answer<Authenticated>> =>
    app.anonymous.post<Authenticated>('/auth/login', { username: name, password }, { headers });

  beforeAll(async () => {
    app = await TestApp.start('sqlite', ENV);
    for (const name of [...PEOPLE, 'mallory']) {
      await app.register(name);
      devices.set(name, (await logIn(name, from(FLOODER))).headers.get('x-device-token') ?? '');
    }
    const [hasher, threads] = [app.app.get(PasswordHasher), app.app.get(HashThreadPool)];
    const real = {
      verify: hasher.verify.bind(hasher),
      compare: threads.compare.bind(threads),
      hash: threads.hash.bind(threads),
    };
    compare = jest.spyOn(threads, 'compare').mockImplementation((...job) => {
      turns += 1;
      return real.compare(...job);
    });
    jest.spyOn(threads, 'hash').mockImplementation((...job) => {
      turns += 1;
      return real.hash(...job);
    });
    verify = jest.spyOn(hasher, 'verify').mockImplementation(async (password, stored, requester) => {
      const before = turns;
      const verification = await real.verify(password, stored, requester);
      waits.push({ network: requester.network, turns: turns - before });
      return verification;
    });
  });

  beforeEach(() => {
    waits = [];
  });

  /** Does something while requests of one kind flood the server. @returns the statuses that the flood got */
  const meanwhile = async (flood: () => Promise<Answer>, work: () => Promise<void>): Promise<Set<number>> => {
    let isOver = false;
    const statuses = new Set<number>();
    const flooding = Array.from({ length: IN_FLIGHT }, async () => {
      while (!isOver) statuses.add((await flood()).status);
    });
    try {
      await work();
    } finally {
      isOver = true;
      await Promise.all(flooding);
    }
    return statuses;
  };

  afterAll(async () => {
    jest.restoreAllMocks();
    await app.stop();
  });

  const floods: Record<string, () => Promise<Answer>> = {
    registrations: () => {
      const username = `newcomer${(names += 1)}`;
      const account = { username, email: `${username}@example.com`, password: PASSWORD };
      return app.anonymous.post('/auth/register', account, { headers: from(FLOODER) });
    },
    "right logins of the flooder's own": () => logIn('mallory', from(FLOODER)),
    "right logins of the flooder's own from a known device": () =>
      logIn('mallory', from(FLOODER, devices.get('mallory'))),
    'wrong passwords of a victim': () => logIn('ann', from(FLOODER), 'a wrong password'),
    'unknown names': () => logIn('nobody', from(FLOODER), 'a wrong password'),
  };

  it.each(Object.entries(floods))(
    'of known devices and of other addresses succeed under a flood of %s, after at most twice as many hashes as alone, in the mean',
    async (_, flood) => {
      const statuses = await meanwhile(flood, async () => {
        const people = PEOPLE.map(async (name) => {
          const headers = from(addressOf(name), KNOWN.has(name) ? devices.get(name) : undefined);
          const answers: number[] = [];
          for (let login = 0; login < LOGINS; login += 1) answers.push((await logIn(name, headers)).status);
          return answers;
        });
        const answers = (await Promise.all(people)).flat();
        expect(answers).toEqual(Array.from({ length: PEOPLE.length * LOGINS }, () => 200));
      });
      // Alone each waits for the others and itself, but in the first round for those before it only.
      const own = waits.filter(({ network }) => network !== FLOODER).map((wait) => wait.turns);
      const alone = ALONE.reduce((sum, count) => sum + count, 0) / ALONE.length;
      expect(own.reduce((sum, count) => sum + count, 0) / own.length).toBeLessThanOrEqual(2 * alone);
      expect(Math.max(...own)).toBeLessThanOrEqual(3 * PEOPLE.length);
      // It was a flood: more than the queue can hold.
      expect(statuses).toContain(503);
    },
    90_000,
  );

  it('a known device logs in during a flood from its own address', async () => {
    const headers = from(FLOODER, devices.get('ann'));
    await meanwhile(
      () => logIn('mallory', from(FLOODER)),
      async () => {
        for (let login = 0; login < LOGINS; login += 1) expect((await logIn('ann', headers)).status).toBe(200);
      },
    );
  });

  it('of disconnected clients are not computed', async () => {
    let release: () => void = () => undefined;
    compare.mockReturnValueOnce(new Promise<boolean>((resolve) => (release = () => resolve(false))));
    verify.mockClear();
    const first = logIn('ann', from(FLOODER));
    while (verify.mock.calls.length < 1) await tick();
    const closed: Promise<unknown>[] = [];
    const server = app.app.getHttpServer() as Server;
    server.on('connection', (socket: Socket) => closed.push(once(socket, 'close')));
    const gone = Array.from({ length: 3 }, () => sendLogin(new URL(app.origin)));
    while (verify.mock.calls.length < 4) await tick();
    const before = turns;
    for (const socket of gone) socket.destroy();
    await Promise.all(closed);
    release();
    await first;
    expect((await logIn('ann', from(addressOf('ann')))).status).toBe(200);
    expect(turns - before).toBe(1);
  });
});

/** Sends a successful login over a connection of its own, and does not read the answer. */
function sendLogin({ hostname, port }: URL): Socket {
  const body = JSON.stringify({ username: 'ann', password: PASSWORD });
  const head = `POST /api/v1/auth/login HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json`;
  const socket = connect(Number(port), hostname);
  socket.write(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return socket;
}

const tick = () => new Promise((resolve) => setImmediate(resolve));
