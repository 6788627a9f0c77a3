import { PasswordHasher } from '../src/auth/passwords/password-hasher.service';
import { RateLimitStore } from '../src/auth/rate-limits/counters/rate-limit.store';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { Database } from '../src/platform/database/database.service';
import { overloaded } from '../src/platform/problems/domain-error';
import { UsersService } from '../src/users/users.service';
import { TestApp } from './support/app';
import { type Answer, type Problem, PASSWORD } from './support/client';
import { createDatabase, onEachDatabase } from './support/databases';
import { SystemTime } from './support/system-time';

const LIMITED = { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' };
const SECOND = 1000;
const DAY = 86_400 * SECOND;

let time: SystemTime;

beforeEach(() => {
  time = SystemTime.stop();
});

afterEach(() => jest.restoreAllMocks());

const loginTo = (app: TestApp, username: string, password = 'wrong password', from = '203.0.113.1') =>
  app.anonymous.post<Problem>('/auth/login', { username, password }, { headers: { 'x-forwarded-for': from } });

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status);

const waitOf = ({ headers }: Answer) => Number(headers.get('retry-after'));

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect, LIMITED);
  });

  beforeEach(() => app.empty());

  afterAll(() => app.stop());

  const login = (username: string, password?: string, from?: string) => loginTo(app, username, password, from);

  /** Tries one after the other, each from another address. */
  const failures = async (count: number, username: string) => {
    const answers: Answer<Problem>[] = [];
    for (const index of times(count)) answers.push(await login(username, undefined, `198.51.100.${index}`));
    return answers;
  };

  it('five wrong passwords are free; after each further one the next attempt waits twice as long, 15 minutes at most', async () => {
    await app.register('alice');
    expect(statusesOf(await failures(5, 'alice'))).toEqual([401, 401, 401, 401, 401]);
    for (const wait of [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]) {
      expect((await login('alice')).status).toBe(401);
      const refused = await login('alice', PASSWORD);
      expect([refused.status, refused.body.code, waitOf(refused)]).toEqual([429, 'rate_limited', wait]);
      time.now += wait * SECOND - 1;
      expect(waitOf(await login('alice'))).toBe(1);
      time.now += 1;
    }
    expect((await login('alice', PASSWORD)).status).toBe(200);
  });

  it('a refusal says when to come back, and by which limit', async () => {
    await failures(6, 'alice');
    time.now += 500;
    const { headers } = await login('alice');
    expect(headers.get('retry-after')).toBe('2');
    expect(headers.get('ratelimit')).toBe('"login";r=0;t=2');
    expect(headers.get('ratelimit-policy')).toBe('"login";q=30;w=86400');
  });

  it('after 30 consecutive wrong passwords for one name, it is refused without a known device until a day is over', async () => {
    await app.register('alice');
    const began = time.now;
    for (const index of times(30)) {
      const { status } = await login('alice', undefined, `198.51.100.${index}`);
      expect([index, status]).toEqual([index, 401]);
      if (index >= 5) time.now += Math.min(2 ** (index - 4), 900) * SECOND;
    }
    const refused = await login('alice', PASSWORD);
    expect(refused.status).toBe(429);
    time.now += waitOf(refused) * SECOND - 1;
    expect((await login('alice', PASSWORD)).status).toBe(429);
    time.now += 1;
    expect(time.now - began).toBeGreaterThanOrEqual(DAY);
    expect((await login('alice', PASSWORD)).status).toBe(200);
  });

  it.each(['alice', 'nobody'])(
    'of thirty attempts at once as %s only the free ones and one more are looked at',
    async (name) => {
      await app.register('alice');
      const answers = await Promise.all(times(30).map(() => login(name)));
      expect(statusesOf(answers).filter((status) => status === 401)).toHaveLength(6);
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.map(waitOf)).toEqual(times(24).map(() => 2));
    },
  );

  it('a name is counted ignoring case, and separately from the address, because one counter would reveal that they belong together', async () => {
    await app.register('alice');
    await failures(3, 'Alice');
    await failures(3, 'ALICE');
    expect((await login('alice', PASSWORD)).status).toBe(429);
    expect((await login('alice@example.com', PASSWORD)).status).toBe(200);
  });

  it('known, unknown and deactivated names are limited alike', async () => {
    await app.register('alice');
    const { session } = await app.register('carol');
    await app.app.get(UsersService).deactivate(OPERATOR, session.user.id);
    const seen = [];
    for (const name of ['alice', 'alice@example.com', 'nobody', 'nobody@example.com', 'carol']) {
      time.now += DAY;
      const answers = [...(await failures(7, name)), await login(name, PASSWORD)];
      seen.push(
        answers.map(({ status, headers }) => [
          ...[status, headers.get('retry-after'), headers.get('ratelimit'), headers.get('ratelimit-policy')],
          ...[...headers.keys()].sort(),
        ]),
      );
    }
    expect(seen.map(([first]) => first?.[0])).toEqual([401, 401, 401, 401, 401]);
    for (const other of seen) expect(other).toEqual(seen[0]);
  });

  it('a success forgets the failures before it', async () => {
    await app.register('alice');
    await failures(6, 'alice');
    time.now += 2 * SECOND;
    expect((await login('alice', PASSWORD)).status).toBe(200);
    expect(statusesOf(await failures(6, 'alice'))).toEqual([401, 401, 401, 401, 401, 401]);
    expect(waitOf(await login('alice'))).toBe(2);
  });

  it('an attempt without a verdict does not count: the body was invalid, or the server was busy', async () => {
    await app.register('alice');
    const busy = jest.spyOn(app.app.get(PasswordHasher), 'verify').mockRejectedValue(overloaded('Busy.'));
    expect(statusesOf(await failures(10, 'alice'))).toEqual(times(10).map(() => 503));
    busy.mockRestore();
    for (const index of times(10)) expect([index, (await login('alice', '')).status]).toEqual([index, 400]);
    await failures(6, 'alice');
    time.now += 2 * SECOND;
    expect((await login('alice', '')).status).toBe(400);
    expect((await login('alice', PASSWORD)).status).toBe(200);
  });

  it('when the counts cannot be settled the answer is 503 as problem details, and the next attempt is served', async () => {
    await app.register('alice');
    const store = app.app.get(RateLimitStore);
    const query = store.query.bind(store);
    const away = jest
      .spyOn(store, 'query')
      .mockImplementation((statement) =>
        statement.text.includes('DELETE') ? Promise.reject(overloaded('Away.')) : query(statement),
      );
    const unsettled = await login('alice', PASSWORD);
    expect([unsettled.status, unsettled.body.code]).toEqual([503, 'overloaded']);
    away.mockRestore();
    expect((await login('alice', PASSWORD)).status).toBe(200);
  });

  it('the correct password of a deactivated account is not a failure, and resets none', async () => {
    const { session } = await app.register('carol');
    await app.app.get(UsersService).deactivate(OPERATOR, session.user.id);
    for (const index of times(8)) expect([index, (await login('carol', PASSWORD)).status]).toEqual([index, 403]);
    await failures(6, 'carol');
    time.now += 2 * SECOND;
    expect((await login('carol', PASSWORD)).status).toBe(403);
    expect((await login('carol')).status).toBe(401);
    expect(waitOf(await login('carol'))).toBe(4);
  });

  it('guessing the current password when changing it is delayed like a login, by account', async () => {
    const alice = await app.register('alice');
    const change = (currentPassword: string) =>
      alice.send<Problem>('PUT', '/auth/password', { currentPassword, newPassword: 'a longer and better passphrase' });
    const answers = await Promise.all(times(8).map(() => change('wrong password')));
    expect(statusesOf(answers).sort()).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
    expect((await alice.patch('/users/me', { username: 'alice-2' })).status).toBe(200);
    expect((await change(PASSWORD)).status).toBe(429);
    time.now += 2 * SECOND;
    expect((await change(PASSWORD)).status).toBe(200);
    expect((await login('alice-2', 'a longer and better passphrase')).status).toBe(200);
  });

  it('an address that guesses the passwords of many accounts is blocked for a quarter of an hour, and others are not', async () => {
    await app.register('alice');
    for (const index of times(100)) expect((await login(`guess${index}`)).status).toBe(401);
    const refused = await login('alice', PASSWORD);
    expect([refused.status, waitOf(refused)]).toEqual([429, 900]);
    expect(refused.headers.get('ratelimit')).toBe('"login-address";r=0;t=900');
    expect(refused.headers.get('ratelimit-policy')).toBe('"login-address";q=100;w=900');
    expect((await login('alice', PASSWORD, '203.0.113.2')).status).toBe(200);
    time.now += 900 * SECOND;
    expect((await login('alice', PASSWORD)).status).toBe(200);
  });

  const pointsOf = async (limit: string) => {
    const { manager } = app.app.get(Database);
    const statement = `SELECT "points" FROM "rate_limits" WHERE "key" LIKE '${limit}:%'`;
    return (await manager.query<{ points: number }[]>(statement)).map(({ points }) => points);
  };
  const useUp = (limit: string) =>
    app.app.get(Database).manager.query(`UPDATE "rate_limits" SET "points" = 100000 WHERE "key" LIKE '${limit}:%'`);

  it('correct passwords from one address are limited, too, apart from wrong ones, and known devices by account', async () => {
    await app.register('alice');
    await failures(3, 'alice');
    const { headers } = await login('alice', PASSWORD);
    await login('alice', PASSWORD);
    expect(await pointsOf('logins-address')).toEqual([2]);
    const device = { 'x-device-token': headers.get('x-device-token') ?? '', 'x-forwarded-for': '203.0.113.1' };
    const onDevice = () =>
      app.anonymous.post<Problem>('/auth/login', { username: 'alice', password: PASSWORD }, { headers: device });
    expect((await onDevice()).status).toBe(200);
    expect([await pointsOf('logins-address'), await pointsOf('logins-devices')]).toEqual([[2], [1]]);
    await useUp('logins-address');
    const refused = await login('alice', PASSWORD);
    expect([refused.status, refused.headers.get('ratelimit-policy')]).toEqual([429, '"logins-address";q=300;w=900']);
    expect((await login('alice', PASSWORD, '203.0.113.2')).status).toBe(200);
    expect((await onDevice()).status).toBe(200);
    await useUp('logins-devices');
    const own = await onDevice();
    expect([own.status, own.headers.get('ratelimit-policy')]).toEqual([429, '"logins-devices";q=100;w=900']);
    expect((await login('alice', PASSWORD, '203.0.113.2')).status).toBe(200);
  });

  it('one address can create 300 accounts in 10 minutes, including attempts that fail after the hash', async () => {
    const register = (username: string, from = '203.0.113.1', email = `${username}@example.com`) =>
      app.anonymous.post<Problem>(
        '/auth/register',
        { username, email, password: PASSWORD },
        { headers: { 'x-forwarded-for': from } },
      );
    const race = (index: number) => register('racer', undefined, `racer-${index}@example.com`);
    const answers = await Promise.all(times(10).map(race));
    expect(statusesOf(answers).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409, 409, 409]);
    expect(await pointsOf('register-address')).toEqual([10]);
    await useUp('register-address');
    const refused = await register('alice');
    expect([refused.status, refused.headers.get('ratelimit-policy')]).toEqual([429, '"register-address";q=300;w=600']);
    expect((await register('alice', '203.0.113.2')).status).toBe(201);
    time.now += 600 * SECOND;
    expect((await register('bob')).status).toBe(201);
  });

  it('successful reauthentications are limited, because they cost hashes', async () => {
    const alice = await app.register('alice');
    const ask = () => alice.post<Problem>('/users/me/email', { email: 'a@example.com', password: PASSWORD });
    expect((await ask()).status).toBe(202);
    expect(await pointsOf('reauthentications')).toEqual([1]);
    await useUp('reauthentications');
    expect((await ask()).headers.get('ratelimit-policy')).toBe('"reauthentications";q=60;w=3600');
  });

  it('refusals to an address count for no account, and its successes do not count', async () => {
    await app.register('alice');
    for (const index of times(99)) await login(`guess${index}`);
    for (const index of times(3)) expect([index, (await login('alice', PASSWORD)).status]).toEqual([index, 200]);
    await login('guess99');
    for (const index of times(10)) expect([index, (await login('alice', PASSWORD)).status]).toEqual([index, 429]);
    expect(statusesOf(await failures(6, 'alice'))).toEqual([401, 401, 401, 401, 401, 401]);
  });

  it('all addresses of an IPv6 network of 64 bits are one', async () => {
    for (const index of times(50)) await login(`guess${index}`, undefined, `2001:db8:0:1::${index}`);
    for (const index of times(50)) await login(`other${index}`, undefined, `2001:db8::1:a:b:c:${index}`);
    expect((await login('bystander', undefined, '2001:db8:0:1:ffff::')).status).toBe(429);
    expect((await login('bystander', undefined, '2001:db8:0:2::')).status).toBe(401);
  });

  it('expired counters are purged, and contain no names', async () => {
    await failures(3, 'alice@example.com');
    time.now += DAY / 2;
    await failures(1, 'nobody');
    const keys = async () => {
      const rows = await app.app.get(Database).manager.query<{ key: string }[]>('SELECT "key" FROM "rate_limits"');
      return rows.map(({ key }) => key);
    };
    const before = await keys();
    expect(before).toHaveLength(5);
    for (const key of before) expect(key).toMatch(/^login(-address)?:[\w-]{43}$/);
    time.now += DAY / 2 + SECOND;
    await app.runJob('purge-rate-limits');
    expect(await keys()).toHaveLength(1);
  });
});

onEachDatabase((dialect) => {
  it('counters survive a restart', async () => {
    const database = await createDatabase(dialect);
    try {
      const first = await TestApp.on(database, LIMITED);
      await first.register('alice');
      for (const index of times(6)) expect([index, (await loginTo(first, 'alice')).status]).toEqual([index, 401]);
      await first.app.close();
      const second = await TestApp.on(database, LIMITED);
      expect((await loginTo(second, 'alice', PASSWORD)).status).toBe(429);
      await second.app.close();
    } finally {
      await database.drop();
    }
  });

  it('instances on one database share counters', async () => {
    const database = await createDatabase(dialect);
    try {
      const instances = await Promise.all([TestApp.on(database, LIMITED), TestApp.on(database, LIMITED)]);
      const answers = await Promise.all(times(10).flatMap(() => instances.map((app) => loginTo(app, 'alice'))));
      expect(statusesOf(answers).filter((status) => status === 401)).toHaveLength(6);
      for (const app of instances) expect((await loginTo(app, 'alice')).status).toBe(429);
      await Promise.all(instances.map(({ app }) => app.close()));
    } finally {
      await database.drop();
    }
  });

  it('a forwarded address is trusted only from a configured proxy', async () => {
    const app = await TestApp.start(dialect, { RATE_LIMITS: 'on' });
    try {
      for (const index of times(100)) await loginTo(app, `guess${index}`, undefined, `203.0.113.${index}`);
      expect((await loginTo(app, 'bystander', undefined, '203.0.113.200')).status).toBe(429);
    } finally {
      await app.stop();
    }
  });

  it('RATE_LIMITS=off limits nothing', async () => {
    const app = await TestApp.start(dialect, { RATE_LIMITS: 'off' });
    try {
      const answers = await Promise.all(times(30).map(() => loginTo(app, 'alice')));
      expect(statusesOf(answers)).toEqual(times(30).map(() => 401));
    } finally {
      await app.stop();
    }
  });
});
