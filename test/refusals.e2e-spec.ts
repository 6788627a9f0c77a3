import { RefusalRecorder } from '../src/auth/refusals/refusal-recorder.service';
import { Database } from '../src/platform/database/database.service';
import { type Actor, TestApp } from './support/app';
import { type AuditEventBody, type Authenticated, type PageBody, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';
import { SystemTime } from './support/system-time';

const QUARTER = 900_000;
const TABLES = ['rate_limits', 'audit_events', 'outbox_messages', 'users'];

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

onEachDatabase((dialect) => {
  let app: TestApp;
  let names = 0;
  let networks = 0;

  beforeAll(async () => {
    SystemTime.stop();
    app = await TestApp.start(dialect, { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' });
    await app.registerAdmin('root');
  });

  afterAll(async () => {
    await app.stop();
    jest.restoreAllMocks();
  });

  const fresh = () => `fresh-${(names += 1)}`;
  const newNetwork = () => `203.0.113.${(networks += 1)}`;

  const requests = {
    login: (from: string, name = fresh()) => post('/auth/login', { username: name, password: 'wrong password' }, from),
    forgot: (from: string, name = fresh()) => post('/auth/password/forgot', { email: `${name}@example.com` }, from),
    register: (from: string, name = fresh()) =>
      post('/auth/register', { username: name, email: `${fresh()}@example.com`, password: PASSWORD }, from),
  };

  const post = (path: string, body: object, from: string) =>
    app.anonymous.post(path, body, { headers: { 'x-forwarded-for': from } });

  const rows = async (): Promise<Record<string, number>> => {
    await app.app.get(RefusalRecorder).settled();
    await app.sendMail();
    const { manager } = app.app.get(Database);
    const counts = TABLES.map((table) => manager.query<{ n: number }[]>(`SELECT COUNT(*) AS "n" FROM "${table}"`));
    const counted = (await Promise.all(counts)).map(([row], index) => [TABLES[index] ?? '', Number(row?.n)] as const);
    return Object.fromEntries(counted);
  };

  const eventsFrom = async (from: string) => {
    await app.app.get(RefusalRecorder).settled();
    const admin = await app.logIn('root');
    const { body } = await admin.get<PageBody<AuditEventBody>>('/admin/audit-events?limit=100&result=failure');
    return body.items.filter(({ ipAddress }) => ipAddress === from);
  };

  const activityOf = async (owner: Actor) => {
    await app.app.get(RefusalRecorder).settled();
    const { body } = await owner.get<PageBody<{ type: string; actor: string; details: object }>>('/auth/activity');
    return body.items.map(({ type, actor, details }) => [type, actor, details]);
  };

  it.each<[keyof typeof requests, number, string]>([
    ['login', 100, 'login-address'],
    ['forgot', 30, 'forgot-address'],
    ['register', 300, 'register-address'],
  ])('once a client address is refused, 200 more (%s) with fresh names write nothing', async (kind, limit, name) => {
    const from = newNetwork();
    const send = requests[kind];
    // A name that is taken costs no hash, and counts as an attempt all the same.
    for (let sent = 0; sent < limit; sent += 1)
      expect((await send(from, kind === 'register' ? 'root' : undefined)).status).not.toBe(429);
    expect((await send(from)).headers.get('ratelimit')).toMatch(`"${name}";r=0`);
    const before = await rows();
    for (let sent = 0; sent < 10; sent += 1) {
      const answers = await Promise.all(times(20).map(() => send(from)));
      expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([429]));
    }
    expect(await rows()).toEqual(before);
    const events = (await eventsFrom(from)).filter(({ type }) => type === 'rate-limit.exceeded');
    expect(events).toMatchObject([{ actorKind: 'anonymous', accountId: null, details: { limit: name } }]);
  });

  it('of thirty at once with fresh names, where one is left, the refused leave no row', async () => {
    const from = newNetwork();
    for (let sent = 0; sent < 99; sent += 1) await requests.login(from);
    const before = await rows();
    const answers = await Promise.all(times(30).map(() => requests.login(from)));
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(1);
    const { rate_limits: counters = 0, audit_events: events = 0, ...others } = before;
    // The one that was looked at: its name's counter and its refused login; and the event of the burst.
    expect(await rows()).toEqual({ ...others, rate_limits: counters + 1, audit_events: events + 2 });
  });

  it('invalid requests leave no counter', async () => {
    const before = await rows();
    for (let sent = 0; sent < 10; sent += 1) {
      expect((await post('/auth/login', { username: fresh(), password: '' }, newNetwork())).status).toBe(400);
      expect((await post('/auth/password/forgot', { email: fresh() }, newNetwork())).status).toBe(400);
    }
    expect(await rows()).toEqual(before);
  });

  it('a burst of refused logins is one event in the activity of the account, and another one a quarter of an hour later', async () => {
    const alice = await app.register('alice');
    for (let sent = 0; sent < 6; sent += 1) await requests.login(newNetwork(), 'alice');
    const from = newNetwork();
    for (let sent = 0; sent < 5; sent += 1) expect((await requests.login(from, 'alice')).status).toBe(429);
    const exceeded = async () => (await activityOf(alice)).filter(([type]) => type === 'rate-limit.exceeded');
    expect(await exceeded()).toEqual([['rate-limit.exceeded', 'anonymous', { limit: 'login' }]]);
    app.clock.advance(QUARTER);
    const again = await app.logIn('alice@example.com');
    for (let sent = 0; sent < 5; sent += 1) await requests.login(from, 'alice');
    expect((await activityOf(again)).filter(([type]) => type === 'rate-limit.exceeded')).toHaveLength(2);
  });

  it('a burst of bad refresh tokens is one event, of the account where that is known', async () => {
    const from = newNetwork();
    const bob = await app.register('bob');
    await bob.post('/auth/logout');
    const refresh = (refreshToken: string) => post('/auth/refresh', { refreshToken }, from);
    for (let sent = 0; sent < 5; sent += 1) {
      expect((await refresh('lkr_nonsense')).status).toBe(401);
      expect((await refresh(bob.session.refreshToken)).status).toBe(401);
    }
    const events = (await eventsFrom(from)).map(({ type, result, accountId }) => [type, result, accountId]);
    expect(events.sort()).toEqual(
      [
        ['session.refresh-refused', 'failure', null],
        ['session.refresh-refused', 'failure', bob.session.user.id],
      ].sort(),
    );
    expect((await activityOf(await app.logIn('bob'))).map(([type]) => type)).toContain('session.refresh-refused');
  });

  it('a burst of bad links is one event, of the account where that is known', async () => {
    const from = newNetwork();
    const carol = await app.register('carol');
    const token = (await app.mailTo('carol@example.com'))[0]?.token ?? '';
    const verify = (text: string) => post('/auth/email/verify', { token: text }, from);
    expect((await verify(token)).status).toBe(204);
    for (let sent = 0; sent < 5; sent += 1) {
      expect((await verify(token)).status).toBe(400);
      expect((await verify('lko_nonsense')).status).toBe(400);
    }
    const events = (await eventsFrom(from)).map(({ type, accountId }) => [type, accountId]);
    expect(events.sort()).toEqual(
      [
        ['link.refused', null],
        ['link.refused', carol.session.user.id],
      ].sort(),
    );
  });

  it('theft is recorded only as theft', async () => {
    const dave = await app.register('dave');
    const { refreshToken } = dave.session;
    const { body } = await app.anonymous.post<Authenticated>('/auth/refresh', { refreshToken });
    app.clock.advance(11_000);
    await app.anonymous.post('/auth/refresh', { refreshToken: body.refreshToken });
    app.clock.advance(11_000);
    expect((await app.anonymous.post('/auth/refresh', { refreshToken })).status).toBe(401);
    const types = (await activityOf(await app.logIn('dave'))).map(([type]) => type);
    expect(types).toContain('session.theft-detected');
    expect(types).not.toContain('session.refresh-refused');
  });
});
