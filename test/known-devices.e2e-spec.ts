import { PasswordCredential } from '../src/auth/passwords/password-credential.entity';
import { Database } from '../src/platform/database/database.service';
import { TestApp } from './support/app';
import { type Answer, type Authenticated, type Problem, PASSWORD } from './support/client';
import { createDatabase, onEachDatabase } from './support/databases';
import { SystemTime } from './support/system-time';

const PROXY = { TRUST_PROXY: '127.0.0.1' };
const SECOND = 1000;
const YEAR = 365 * 86_400 * SECOND;
const HTTPS = { 'x-forwarded-proto': 'https' };

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

const hashesIn = async ({ app }: TestApp) =>
  (await app.get(Database).manager.find(PasswordCredential)).map(({ hash }) => hash);

const tokenOf = ({ headers }: Answer) => headers.get('x-device-token') ?? '';

onEachDatabase((dialect) => {
  let app: TestApp;
  let time: SystemTime;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { RATE_LIMITS: 'on', ...PROXY });
  });

  beforeEach(async () => {
    await app.empty();
    time = SystemTime.stop();
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(() => app.stop());

  const login = (username: string, password = PASSWORD, headers: Record<string, string> = {}) =>
    app.anonymous.post<Authenticated & Problem>('/auth/login', { username, password }, { headers });

  const from = (token: string) => ({ 'x-device-token': token });

  /** Registers, and logs in on the device that is known from then on. */
  const knownDevice = async (name: string) => {
    await app.register(name);
    return tokenOf(await login(name));
  };

  const guess = async (count: number, username: string, headers: Record<string, string> = {}) => {
    for (const index of times(count)) {
      const sent = { 'x-forwarded-for': `198.51.100.${index}`, ...headers };
      expect([index, (await login(username, 'wrong password', sent)).status]).toEqual([index, 401]);
    }
  };

  it('guessing a password cannot lock out a known device', async () => {
    const token = await knownDevice('alice');
    for (const index of times(30)) {
      await guess(1, 'alice');
      if (index >= 5) time.now += Math.min(2 ** (index - 4), 900) * SECOND;
    }
    expect((await login('alice')).status).toBe(429);
    expect((await login('alice', PASSWORD, from(token))).status).toBe(200);
    expect((await login('alice')).status).toBe(429);
  });

  it('nor can guessing from the same address', async () => {
    const token = await knownDevice('alice');
    for (const index of times(100)) await login(`guess${index}`, 'wrong password');
    expect((await login('alice')).status).toBe(429);
    expect((await login('alice', PASSWORD, from(token))).status).toBe(200);
    expect((await login('alice', PASSWORD, { cookie: `latchkey-device=${token}` })).status).toBe(200);
  });

  it('a device has its own limits, like an account', async () => {
    const token = await knownDevice('alice');
    const other = tokenOf(await login('alice'));
    await guess(6, 'alice', from(token));
    for (const wait of [2, 4, 8]) {
      const refused = await login('alice', PASSWORD, from(token));
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(wait)]);
      time.now += wait * SECOND;
      await guess(1, 'alice', from(token));
    }
    expect((await login('alice', PASSWORD, from(token))).status).toBe(429);
    expect((await login('alice', PASSWORD, from(other))).status).toBe(200);
    expect((await login('alice')).status).toBe(200);
    expect((await login('alice', PASSWORD, from(token))).status).toBe(429);
  });

  it('an account allows at most 100 failed attempts a day, however many device tokens an attacker has', async () => {
    const alice = await app.register('alice');
    const tokens: string[] = [];
    for (let device = 0; device < 3; device += 1) tokens.push(tokenOf(await login('alice')));
    let guesses = 0;
    let networks = 0;
    const attempt = async (answer: (headers: Record<string, string>) => Promise<Answer>) => {
      networks += 1;
      const { status } = await answer({ 'x-forwarded-for': `198.51.${networks >> 8}.${networks & 255}` });
      expect([401, 429]).toContain(status);
      if (status === 401) guesses += 1;
      return status === 401;
    };
    const again = (headers: Record<string, string>) =>
      alice.post('/users/me/email', { email: 'a@example.com', password: 'wrong password' }, { headers });
    const channels = [
      ...tokens.map(
        (token) => (sent: Record<string, string>) => login('alice', 'wrong password', { ...sent, ...from(token) }),
      ),
      ...['alice', 'alice@example.com'].map(
        (name) => (sent: Record<string, string>) => login(name, 'wrong password', sent),
      ),
      again,
    ];
    const exhaust = async (channel: (typeof channels)[number]) => {
      while (await attempt(channel)) continue;
    };
    for (let step = 0; step < 27; step += 1) {
      await Promise.all(channels.map(exhaust));
      time.now += 900 * SECOND;
    }
    expect(guesses).toBe(100);
  });

  it('using up the attempts of all devices locks out no device that knows the password', async () => {
    const [stolen, own] = [await knownDevice('alice'), tokenOf(await login('alice'))];
    for (const index of times(20)) {
      await guess(1, 'alice', from(stolen));
      if (index >= 5) time.now += Math.min(2 ** (index - 4), 900) * SECOND;
    }
    await guess(5, 'alice', from(stolen));
    time.now += 2 * SECOND;
    expect((await login('alice', PASSWORD, from(own))).status).toBe(200);
  });

  it('renaming does not reset the limit', async () => {
    const alice = await app.register('alice');
    await guess(6, 'alice');
    expect((await alice.patch('/users/me', { username: 'alice-2' })).status).toBe(200);
    expect((await login('alice-2', 'wrong password')).status).toBe(429);
  });

  it('a device token is valid for one password: a change ends all but the one in use, a reset all', async () => {
    const alice = await app.register('alice');
    const [used, other] = [tokenOf(await login('alice')), tokenOf(await login('alice'))];
    const next = 'a longer and better passphrase';
    const passwords = { currentPassword: PASSWORD, newPassword: next };
    const failed = await alice.send(
      'PUT',
      '/auth/password',
      { ...passwords, currentPassword: 'wrong' },
      { headers: from(used) },
    );
    expect([failed.status, failed.headers.get('x-device-token')]).toEqual([401, null]);
    const changed = await alice.send('PUT', '/auth/password', passwords, { headers: from(used) });
    expect(changed.status).toBe(200);
    const renewed = tokenOf(changed);
    expect(changed.headers.get('set-cookie')).toContain(`latchkey-device=${renewed};`);
    expect([used, other]).not.toContain(renewed);
    await guess(6, 'alice');
    for (const old of [used, other]) expect((await login('alice', next, from(old))).status).toBe(429);
    expect((await login('alice', next, from(renewed))).status).toBe(200);
    await app.anonymous.post('/auth/password/forgot', { email: 'alice@example.com' });
    const token = (await app.mailTo('alice@example.com')).at(-1)?.token;
    const reset = await app.anonymous.post(
      '/auth/password/reset',
      { token, password: PASSWORD },
      { headers: from(renewed) },
    );
    expect([reset.status, reset.headers.get('x-device-token')]).toEqual([204, null]);
    for (const old of [used, other, renewed]) expect((await login('alice', PASSWORD, from(old))).status).toBe(429);
  });

  it('a change of password from an unknown device does not make it known', async () => {
    const alice = await app.register('alice');
    const passwords = { currentPassword: PASSWORD, newPassword: 'a longer and better passphrase' };
    const changed = await alice.send('PUT', '/auth/password', passwords);
    expect([changed.status, changed.headers.get('x-device-token')]).toEqual([200, null]);
  });

  it('the device of another account, a forged token and a year-old one are not known', async () => {
    const token = await knownDevice('alice');
    const others = await knownDevice('mallory');
    await guess(6, 'alice');
    const forged = token.slice(0, -2) + (token.endsWith('AA') ? 'BB' : 'AA');
    for (const wrong of [others, forged, '', 'lkd_', token.replace('lkd_', 'lkr_')]) {
      expect((await login('alice', PASSWORD, from(wrong))).status).toBe(429);
    }
    app.clock.advance(YEAR - SECOND);
    expect((await login('alice', PASSWORD, from(token))).status).toBe(200);
    app.clock.advance(SECOND);
    expect((await login('alice', PASSWORD, from(token))).status).toBe(429);
  });

  it('a known device keeps its token, every other one gets a new one, and a failure gets none', async () => {
    const registered = await app.anonymous.post('/auth/register', {
      ...{ username: 'alice', email: 'alice@example.com', password: PASSWORD },
    });
    const token = tokenOf(registered);
    expect(token).toMatch(/^lkd_[\w-]{96}$/);
    expect(tokenOf(await login('alice', PASSWORD, from(token)))).toBe(token);
    expect(tokenOf(await login('alice', PASSWORD, { cookie: `a=b; latchkey-device=${token}` }))).toBe(token);
    const second = tokenOf(await login('alice'));
    expect(second).toMatch(/^lkd_/);
    expect(second).not.toBe(token);
    const cookie = `latchkey-device=${second}`;
    expect(tokenOf(await login('alice', PASSWORD, { ...from(token), cookie }))).toBe(token);
    const failed = await login('alice', 'wrong password', from(token));
    expect([failed.headers.get('x-device-token'), failed.headers.get('set-cookie')]).toEqual([null, null]);
  });

  it('the cookie is hidden from scripts and other sites, and over HTTPS from plain HTTP', async () => {
    const plainly = await login((await app.register('alice')).session.user.username);
    expect(plainly.headers.get('set-cookie')).toBe(
      `latchkey-device=${tokenOf(plainly)}; Max-Age=31536000; Path=/; HttpOnly; SameSite=Strict`,
    );
    const secured = await login('alice', PASSWORD, HTTPS);
    expect(secured.headers.get('set-cookie')).toBe(
      `__Host-latchkey-device=${tokenOf(secured)}; Max-Age=31536000; Path=/; HttpOnly; Secure; SameSite=Strict`,
    );
  });

  it('over HTTPS only the HTTPS cookie is accepted', async () => {
    const token = await knownDevice('alice');
    const over = async (name: string, headers: Record<string, string>) =>
      tokenOf(await login('alice', PASSWORD, { ...headers, cookie: `${name}=${token}` })) === token;
    expect(await over('__Host-latchkey-device', HTTPS)).toBe(true);
    expect(await over('latchkey-device', HTTPS)).toBe(false);
    expect(await over('__Host-latchkey-device', {})).toBe(false);
  });

  it('changing the password counts for the device, too', async () => {
    const alice = await app.register('alice');
    const token = tokenOf(await login('alice'));
    const change = (currentPassword: string, headers: Record<string, string>) =>
      alice.send(
        'PUT',
        '/auth/password',
        { currentPassword, newPassword: 'a longer and better passphrase' },
        { headers },
      );
    for (const index of times(6)) {
      expect([index, (await change('wrong password', {})).status]).toEqual([index, 401]);
    }
    expect((await change(PASSWORD, {})).status).toBe(429);
    expect((await change('wrong password', from(token))).status).toBe(401);
    expect((await change(PASSWORD, from(token))).status).toBe(200);
  });
});

onEachDatabase((dialect) => {
  it('upgrading a hash to a higher cost revokes no device token', async () => {
    const database = await createDatabase(dialect);
    try {
      const logIn = (app: TestApp, token: string) =>
        app.anonymous.post(
          '/auth/login',
          { username: 'alice', password: PASSWORD },
          { headers: { 'x-device-token': token } },
        );
      const first = await TestApp.on(database);
      await first.register('alice');
      const token = tokenOf(await logIn(first, ''));
      await first.app.close();
      const second = await TestApp.on(database, { PASSWORD_HASH_COST: '5' });
      const before = await hashesIn(second);
      expect(tokenOf(await logIn(second, token))).toBe(token);
      expect(await hashesIn(second)).not.toEqual(before);
      expect(tokenOf(await logIn(second, token))).toBe(token);
      await second.app.close();
    } finally {
      await database.drop();
    }
  });

  it('devices are recognized even without limits', async () => {
    const app = await TestApp.start(dialect, PROXY);
    try {
      await app.register('alice');
      const login = (headers: Record<string, string>) =>
        app.anonymous.post('/auth/login', { username: 'alice', password: PASSWORD }, { headers });
      const token = tokenOf(await login({}));
      expect(token).toMatch(/^lkd_/);
      expect(tokenOf(await login({ 'x-device-token': token }))).toBe(token);
    } finally {
      await app.stop();
    }
  });
});
