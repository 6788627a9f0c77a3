import { PASSWORD, TestApp } from './support/app';
import type { Answer, Authenticated, Problem } from './support/client';
import { onEachDatabase } from './support/databases';

const PROXY = { TRUST_PROXY: '127.0.0.1' };
const SECOND = 1000;
const YEAR = 365 * 86_400 * SECOND;
const HTTPS = { 'x-forwarded-proto': 'https' };

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

const tokenOf = ({ headers }: Answer) => headers.get('x-device-token') ?? '';

onEachDatabase((dialect) => {
  let app: TestApp;
  /** Time as the library that counts sees it. It stands still unless a test moves it. */
  let now: number;

  beforeEach(async () => {
    now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    app = await TestApp.start(dialect, { RATE_LIMITS: 'on', ...PROXY });
  });

  afterEach(async () => {
    await app.stop();
    jest.restoreAllMocks();
  });

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

  it('whoever guesses at a password can not lock out a device that has logged in before', async () => {
    const token = await knownDevice('alice');
    for (const index of times(30)) {
      await guess(1, 'alice');
      if (index >= 5) now += Math.min(2 ** (index - 4), 900) * SECOND;
    }
    expect((await login('alice')).status).toBe(429);
    expect((await login('alice', PASSWORD, from(token))).status).toBe(200);
    expect((await login('alice')).status).toBe(429);
  });

  it('nor can somebody who guesses from the same address', async () => {
    const token = await knownDevice('alice');
    for (const index of times(100)) await login(`guess${index}`, 'wrong password');
    expect((await login('alice')).status).toBe(429);
    expect((await login('alice', PASSWORD, from(token))).status).toBe(200);
    expect((await login('alice', PASSWORD, { cookie: `latchkey-device=${token}` })).status).toBe(200);
  });

  it('a device has the limits of an account, of its own', async () => {
    const token = await knownDevice('alice');
    const other = tokenOf(await login('alice'));
    await guess(6, 'alice', from(token));
    for (const wait of [2, 4, 8]) {
      const refused = await login('alice', PASSWORD, from(token));
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(wait)]);
      now += wait * SECOND;
      await guess(1, 'alice', from(token));
    }
    expect((await login('alice', PASSWORD, from(token))).status).toBe(429);
    expect((await login('alice', PASSWORD, from(other))).status).toBe(200);
    expect((await login('alice')).status).toBe(200);
    expect((await login('alice', PASSWORD, from(token))).status).toBe(429);
  });

  it('the device of another account, a forged token and one of a year ago are of no help', async () => {
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

  it('the cookie is kept from scripts and other sites, and over HTTPS from everything but HTTPS', async () => {
    const plainly = await login((await app.register('alice')).session.user.username);
    expect(plainly.headers.get('set-cookie')).toBe(
      `latchkey-device=${tokenOf(plainly)}; Max-Age=31536000; Path=/; HttpOnly; SameSite=Strict`,
    );
    const secured = await login('alice', PASSWORD, HTTPS);
    expect(secured.headers.get('set-cookie')).toBe(
      `__Host-latchkey-device=${tokenOf(secured)}; Max-Age=31536000; Path=/; HttpOnly; Secure; SameSite=Strict`,
    );
  });

  it('over HTTPS only the cookie of HTTPS is taken', async () => {
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
    expect((await change(PASSWORD, from(token))).status).toBe(204);
  });
});

onEachDatabase((dialect) => {
  it('devices are known also when nothing is limited', async () => {
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
