import { once } from 'node:events';
import { connect, type Server, type Socket } from 'node:net';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { DataSource } from 'typeorm';
import { RateLimitStore } from '../src/auth/rate-limits/counters/rate-limit.store';
import { FORGOT } from '../src/auth/rate-limits/policies';
import { RateLimit } from '../src/auth/rate-limits/rate-limit.decorator';
import { RefusalRecorder } from '../src/auth/refusals/refusal-recorder.service';
import { Public } from '../src/platform/access/public.decorator';
import { SqliteConnection } from '../src/platform/database/reading/sqlite-connection';
import { Scheduler } from '../src/platform/jobs/scheduler.service';
import { Text } from '../src/platform/validation/fields';
import { TestApp } from './support/app';
import { type Answer, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';
import { routesOf } from './support/routes';
import { Visitor } from './support/visitor';

/** Requests of one client network that may be in progress at once. */
const UNDER_WAY = 64;

/** Number of body validations. */
let validations = 0;

class CountedDto {
  @Transform(({ value }: { value: unknown }) => {
    validations += 1;
    return value;
  })
  @Text({ min: 3, max: 254, example: 'alice@example.com' })
  email!: string;
}

/** Requests that wait for `release`, and how many of them there are. */
let waiting = 0;
let release: () => void = () => undefined;
let released: Promise<void> = Promise.resolve();

/** Routes as in a team's module. */
@Controller('team')
class TeamController {
  @Public()
  @Post('counted')
  @HttpCode(204)
  @RateLimit(FORGOT)
  count(@Body() body: CountedDto): void {
    if (!(body instanceof CountedDto)) throw new TypeError('The handler got a body that was not validated');
  }

  @Public()
  @Post('slow')
  @HttpCode(204)
  @RateLimit()
  async wait(): Promise<void> {
    waiting += 1;
    await released;
    waiting -= 1;
  }
}

const NAMES = { username: 'alice', email: 'alice@example.com' };

/** A right form, and no passkey. */
const PASSKEY_RESPONSE = {
  id: 'AAAA',
  rawId: 'AAAA',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'AAAA' },
};

/** For every public route that writes: a body that is valid and one that is not. */
const BODIES: Record<string, [valid: object, invalid: unknown]> = {
  '/auth/register': [
    { ...NAMES, password: PASSWORD },
    { ...NAMES, username: 'x', password: PASSWORD },
  ],
  '/auth/login': [{ username: 'alice', password: 'a wrong password' }, { username: 'alice' }],
  '/auth/refresh': [{ refreshToken: 'lkr_nonsense' }, { refreshToken: 7 }],
  '/auth/password/forgot': [{ email: 'alice@example.com' }, { email: 'nobody' }],
  '/auth/password/reset': [{ token: 'lko_nonsense', password: PASSWORD }, { token: 'lko_nonsense' }],
  '/auth/email/verify': [{ token: 'lko_nonsense' }, {}],
  '/auth/email/undo': [{ token: 'lko_nonsense' }, []],
  '/auth/email-login': [{ email: 'alice@example.com' }, { email: 'nobody' }],
  '/auth/email-login/verify': [{ token: 'lko_nonsense' }, { challengeToken: 'lke_nonsense', code: '1234567' }],
  '/auth/external/github/start': [{ intent: 'login' }, { intent: 'steal' }],
  '/auth/external/email': [
    { token: 'lkx_nonsense', email: 'alice@example.com' },
    { token: 'lkx_nonsense', email: 'x' },
  ],
  '/auth/external/email/verify': [
    { token: 'lkx_nonsense', code: '12345678' },
    { token: 'lkx_nonsense', code: 12345678 },
  ],
  '/auth/external/token': [{ code: 'nonsense' }, { code: '' }],
  '/auth/passkeys/login': [
    { ceremony: 'lkw_nonsense', response: PASSKEY_RESPONSE },
    { ceremony: 'lkw_nonsense', response: { ...PASSKEY_RESPONSE, response: {} } },
  ],
  '/auth/second-factor': [
    { challengeToken: 'lkc_nonsense', totp: '123456' },
    { challengeToken: 'lkc_nonsense', totp: '12345' },
  ],
  '/auth/second-factor/keep': [{ token: 'lko_nonsense' }, { token: 7 }],
  '/auth/second-factor/lost': [{ challengeToken: 'lkc_nonsense' }, {}],
  '/auth/second-factor/options': [{ challengeToken: 'lkc_nonsense' }, {}],
};

const PATHS = Object.keys(BODIES);

/** Public routes that take no body. */
const WITHOUT_BODY = ['/auth/passkeys/login/options'];

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status);

const tick = () => new Promise((resolve) => setImmediate(resolve));

onEachDatabase((dialect) => {
  let app: TestApp;
  /** Statements of SQLite's single writer, or in the pool of PostgreSQL. */
  let written: string[] = [];
  /** Records the statements of SQLite's readers. */
  let reads: jest.SpiedFunction<SqliteConnection['text']>;
  let networks = 0;

  beforeAll(async () => {
    const provider = {
      EXTERNAL_PROVIDERS: 'github',
      EXTERNAL_GITHUB_CLIENT_ID: 'latchkey',
      EXTERNAL_GITHUB_CLIENT_SECRET: 'secret',
    };
    const env = { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1', EMAIL_SIGN_IN: 'on', ...provider };
    app = await TestApp.start(dialect, env, [TeamController]);
    // Mail that is sent afterwards is not part of a response.
    await app.app.get(Scheduler).stop();
    const { driver } = app.app.get(DataSource);
    const make = driver.createQueryRunner.bind(driver);
    jest.spyOn(driver, 'createQueryRunner').mockImplementation((mode) => {
      const runner = make(mode);
      const query = runner.query.bind(runner) as (...given: unknown[]) => Promise<unknown>;
      jest.spyOn(runner, 'query').mockImplementation((...given: unknown[]) => {
        written.push(String(given[0]));
        return query(...given);
      });
      return runner;
    });
    reads = jest.spyOn(SqliteConnection.prototype, 'text');
  });

  afterAll(async () => {
    jest.restoreAllMocks();
    await app.stop();
  });

  const from = (network: string) => ({ headers: { 'x-forwarded-for': network } });

  const post = (path: string, body: unknown, network: string) => app.anonymous.post<Problem>(path, body, from(network));

  const newNetwork = () => `203.0.113.${(networks += 1)}`;

  const sql = (statement: string) => app.app.get(DataSource).query<unknown>(statement);

  /** Discards the statements so far. */
  const listen = async () => {
    await app.app.get(RefusalRecorder).settled();
    written = [];
    reads.mockClear();
  };

  const statements = () => [...written, ...reads.mock.calls.map(([statement]) => statement)];

  const expectNoTurn = async () => {
    await app.app.get(RefusalRecorder).settled();
    const isTurn = (statement: string) => dialect === 'sqlite' || !statement.startsWith('SELECT');
    expect(written.filter(isTurn)).toEqual([]);
  };

  it('refusals to a network that had many are delayed, and those to others are not', async () => {
    const [flooder, other] = [newNetwork(), newNetwork()];
    // No time passes that would let more of them through, however long a busy machine takes.
    const elapsed = jest.spyOn(performance, 'now').mockReturnValue(performance.now());
    const refuse = (network: string) => post('/auth/refresh', { refreshToken: 7 }, network);
    await Promise.all(times(100).map(() => refuse(flooder)));
    const answered: string[] = [];
    const note = async (network: string) => {
      expect((await refuse(network)).status).toBe(400);
      answered.push(network);
    };
    const waiting = times(50).map(() => note(flooder));
    await note(other);
    // The last of the flooder's has to wait for a second.
    expect(answered.filter((network) => network === flooder).length).toBeLessThan(50);
    await Promise.all(waiting);
    elapsed.mockRestore();
  });

  it('every public route that writes is listed below', () => {
    const open = routesOf(app.app).filter(
      ({ method, rule, isPage }) => !isPage && rule === 'public' && method !== 'GET',
    );
    const paths = open
      .map(({ path }) => path.replace(':provider', 'github'))
      .filter((path) => !path.startsWith('/team/'));
    expect([...new Set(paths)].sort()).toEqual([...PATHS, ...WITHOUT_BODY].sort());
  });

  it.each(PATHS)('%s: a body that is not valid costs no statement', async (path) => {
    await listen();
    const { status, body } = await post(path, BODIES[path]?.[1], newNetwork());
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors).not.toEqual([]);
    expect(statements()).toEqual([]);
  });

  it.each(['/login', '/register', '/forgot-password'])(
    '%s: a form that is not valid costs no statement',
    async (path) => {
      await listen();
      const fields = { username: 'x', email: 'x', password: 'correct horse battery staple', passwordAgain: 'another' };
      const { status } = await new Visitor(app.origin).post(path, path === '/login' ? { username: 'alice' } : fields);
      expect(status).toBe(400);
      expect(statements()).toEqual([]);
    },
  );

  it.each(['/login/external', '/api/v1/auth/external/github/callback'])(
    '%s: counts only browsers that have begun a sign-in, as any site can have a browser request it',
    async (path) => {
      const visitor = new Visitor(app.origin);
      const counted = () => sql(`SELECT "key" FROM "rate_limits"`);
      await sql(`DELETE FROM "rate_limits"`);
      await visitor.get(`${path}?error=access_denied&state=x`);
      expect(await counted()).toEqual([]);
      const left = await visitor.post('/login/external/github');
      const state = /[?&]state=([^&]*)/.exec(left.headers.get('refresh') ?? '')?.[1] ?? '';
      await sql(`DELETE FROM "rate_limits"`);
      await visitor.get(`${path}?error=access_denied&state=${state}`);
      expect(await counted()).toHaveLength(1);
      await sql(`DELETE FROM "rate_limits"`);
    },
  );

  it('a body is validated once, and the handler gets the result', async () => {
    const before = validations;
    expect((await post('/team/counted', { email: 'once@example.com' }, newNetwork())).status).toBe(204);
    expect(validations).toBe(before + 1);
  });

  it.each(['/auth/register', '/auth/login', '/auth/password/forgot'])(
    '%s: a request that a limit refuses reads, and takes no turn of the writer',
    async (path) => {
      const [body] = BODIES[path] ?? [];
      const network = newNetwork();
      await post(path, body, network);
      await sql(`UPDATE "rate_limits" SET "points" = 100000`);
      // The first refusal of a burst is recorded.
      expect((await post(path, body, network)).status).toBe(429);
      await listen();
      expect((await post(path, body, network)).status).toBe(429);
      await expectNoTurn();
      expect(statements().join()).toContain('"rate_limits"');
      await sql(`DELETE FROM "rate_limits"`);
    },
  );

  it('the count decides, not what was read before', async () => {
    const blind = jest.spyOn(app.app.get(RateLimitStore), 'read').mockResolvedValue(null);
    const network = newNetwork();
    const answers = times(12).map(() => post('/team/counted', { email: 'many@example.com' }, network));
    const statuses = statusesOf(await Promise.all(answers)).sort();
    blind.mockRestore();
    expect(statuses).toEqual(times(12).map((index) => (index < 5 ? 204 : 429)));
  });

  describe('while as many requests of one network are in progress as may be', () => {
    const crowded = '198.51.100.66';

    beforeEach(() => {
      released = new Promise((resolve) => (release = resolve));
    });

    afterEach(() => release());

    const untilFull = async () => {
      while (waiting < UNDER_WAY) await tick();
    };

    it('its next ones are refused without a statement, and those of others are served', async () => {
      const { session } = await app.register('bob');
      const slow = times(UNDER_WAY).map(() => post('/team/slow', undefined, crowded));
      await untilFull();
      for (const path of PATHS) {
        await listen();
        const refused = await post(path, BODIES[path]?.[0], crowded);
        expect([path, refused.status, refused.body.code]).toEqual([path, 503, 'overloaded']);
        expect(refused.headers.get('retry-after')).toBe('5');
        expect(statements()).toEqual([]);
        expect((await post(path, BODIES[path]?.[0], newNetwork())).status).not.toBe(503);
      }
      const resend = (network: string) =>
        app.anonymous.as(session.accessToken).post('/auth/email/verification', undefined, from(network));
      expect((await resend(crowded)).status).toBe(503);
      expect((await resend(newNetwork())).status).toBe(202);
      release();
      expect(statusesOf(await Promise.all(slow))).toEqual(times(UNDER_WAY).map(() => 204));
      expect((await post('/team/slow', undefined, crowded)).status).toBe(204);
    });

    it('a client that goes away leaves its requests in progress until they are done', async () => {
      const closed: Promise<unknown>[] = [];
      const server = app.app.getHttpServer() as Server;
      const note = (socket: Socket) => closed.push(once(socket, 'close'));
      server.on('connection', note);
      const sockets = times(UNDER_WAY).map(() => sendSlow(new URL(app.origin), crowded));
      await untilFull();
      server.off('connection', note);
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
      expect((await post('/team/slow', undefined, crowded)).status).toBe(503);
      release();
      while (waiting > 0) await tick();
      const answers = await Promise.all(times(UNDER_WAY).map(() => post('/team/slow', undefined, crowded)));
      expect(statusesOf(answers)).toEqual(times(UNDER_WAY).map(() => 204));
    });
  });
});

/** Sends a slow request over a separate connection, and does not read the response. */
function sendSlow({ hostname, port }: URL, network: string): Socket {
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /api/v1/team/slow HTTP/1.1\r\nhost: ${hostname}\r\nx-forwarded-for: ${network}\r\ncontent-length: 0\r\n\r\n`,
  );
  return socket;
}
