import { OPERATOR } from '../src/platform/audit/domain-events';
import { SignInConfig } from '../src/platform/config/sign-in.config';
import { UsersService } from '../src/users/users.service';
import { type Actor, PASSWORD, TestApp } from './support/app';
import { Authenticator } from './support/authenticator';
import { onEachDatabase } from './support/databases';
import { type PageAnswer, Visitor } from './support/visitor';

const MINUTE = 60_000;
const SECOND_STEP = '/login/second-factor';
const EXPIRED = 'The login took too long, or there were too many wrong codes.';

/** The value of a hidden field, as the server will get it. */
const hidden = ({ html }: PageAnswer, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

const codesIn = ({ html }: PageAnswer) =>
  [...html.matchAll(/name="codes" value="([^"]+)"/g)].map(([, code = '']) => code);

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { SECOND_FACTOR: 'admins' });
  });

  afterAll(() => app.stop());

  afterEach(() => jest.restoreAllMocks());

  const isIn = async (visitor: Visitor) => (await visitor.get('/account')).status === 200;

  /** An account with an authenticator app. */
  const makeProtected = async () => {
    const actor = await app.register();
    const authenticator = await Authenticator.enroll(app, actor);
    return { actor, authenticator, name: actor.session.user.username };
  };

  const sessionsOf = async ({ actor }: { actor: Actor }) =>
    (await actor.get<{ items: unknown[] }>('/auth/sessions')).body.items.length;

  /** Someone whose password was right. */
  const halfIn = async (name: string, next = '') => {
    const visitor = new Visitor(app.origin);
    const answer = await visitor.logIn(name, { next });
    expect([answer.status, answer.location?.split('?')[0]]).toEqual([303, SECOND_STEP]);
    return Object.assign(visitor, { at: answer.location ?? '' });
  };

  const authenticatorOf = (answer: PageAnswer) => {
    const secret = /<code class="key">([^<]*)</.exec(answer.html)?.[1]?.replaceAll(' ', '') ?? '';
    return Authenticator.with(app, secret);
  };

  describe('the second step of a login', () => {
    it('asks for the code of the app, and goes on to where the visitor wanted to go', async () => {
      const { authenticator, name } = await makeProtected();
      const visitor = await halfIn(name, '/notes?q=a%20b');
      const page = await visitor.get(visitor.at);
      expect(page.html).toMatch(/<input id="totp"[^>]* autocomplete="one-time-code" inputmode="numeric" required/);
      expect(page.html).not.toContain('name="trustDevice"');
      expect([hidden(page, 'next'), await isIn(visitor)]).toEqual(['/notes?q=a%20b', false]);
      const code = authenticator.code();
      const done = await visitor.post(SECOND_STEP, {
        totp: `${code.slice(0, 3)} ${code.slice(3)}`,
        next: hidden(page, 'next'),
      });
      expect([done.status, done.location, await isIn(visitor)]).toEqual([303, '/notes?q=a%20b', true]);
      expect([...visitor.cookies.keys()].sort()).toEqual(['latchkey-csrf', 'latchkey-device', 'latchkey-session']);
      expect((await visitor.get(SECOND_STEP)).location).toBe('/');
      expect((await visitor.post(SECOND_STEP, { next: '//evil' })).location).toBe('/');
    });

    it('before it, there is no session and no known device (M6)', async () => {
      const account = await makeProtected();
      const before = await sessionsOf(account);
      const visitor = await halfIn(account.name);
      expect([...visitor.cookies.keys()].filter((name) => /session|device/.test(name))).toEqual([]);
      expect([await sessionsOf(account), await isIn(visitor)]).toEqual([before, false]);
    });

    it('takes a recovery code once', async () => {
      const { authenticator, name } = await makeProtected();
      const [recoveryCode = ''] = authenticator.recoveryCodes;
      const fields = { method: 'recovery_code', recoveryCode: recoveryCode.toLowerCase() };
      const visitor = await halfIn(name);
      expect((await visitor.post(SECOND_STEP, fields)).location).toBe('/');
      expect(await isIn(visitor)).toBe(true);
      const refused = await (await halfIn(name)).post(SECOND_STEP, fields);
      expect([refused.status, refused.html.includes('Recovery code is wrong.')]).toEqual([401, true]);
      expect(refused.html).toContain('<details open>');
      expect(refused.html.toLowerCase()).not.toContain(recoveryCode.toLowerCase());
    });

    it('a wrong code is told at its field, is not shown again, and after five the login starts again (M3)', async () => {
      const { authenticator, name } = await makeProtected();
      const visitor = await halfIn(name, '/notes');
      const totp = authenticator.wrongCode();
      const fields = { totp, next: '/notes' };
      for (let wrong = 0; wrong < 4; wrong += 1) {
        const { status, html } = await visitor.post(SECOND_STEP, fields);
        expect([status, html.includes('<p class="error" id="totp-error">Code is wrong.</p>')]).toEqual([401, true]);
        expect(html).not.toContain(totp);
        expect(html).toContain('name="next" value="/notes"');
      }
      const last = await visitor.post(SECOND_STEP, fields);
      expect([last.status, last.location]).toEqual([303, '/login?next=%2Fnotes']);
      expect((await visitor.get(last.location ?? '')).html).toContain(EXPIRED);
      expect((await visitor.post(SECOND_STEP, { totp: authenticator.code() })).location).toBe('/login');
      expect(await isIn(visitor)).toBe(false);
    });

    it('what is no code is not judged', async () => {
      const { authenticator, name } = await makeProtected();
      const visitor = await halfIn(name);
      for (let sent = 0; sent < 6; sent += 1) {
        expect((await visitor.post(SECOND_STEP, { totp: '12345' })).status).toBe(400);
      }
      expect((await visitor.post(SECOND_STEP, { totp: authenticator.code() })).status).toBe(303);
    });

    it('a login that has expired, or that never began, leads back to the login, also with a right code (M2)', async () => {
      const { authenticator, name } = await makeProtected();
      const visitor = await halfIn(name);
      app.clock.advance(6 * MINUTE);
      const late = await visitor.post(SECOND_STEP, { totp: authenticator.code(), next: '/notes' });
      expect([late.status, late.location]).toEqual([303, '/login?next=%2Fnotes']);
      expect((await visitor.get('/login')).html).toContain(EXPIRED);
      const stranger = new Visitor(app.origin);
      for (const path of [SECOND_STEP, '/login/enroll']) {
        expect((await stranger.get(`${path}?next=/notes`)).location).toBe('/login?next=%2Fnotes');
      }
      stranger.cookies.set('latchkey-challenge', 'x'.repeat(3000));
      expect((await stranger.post(SECOND_STEP, { totp: '123456' })).location).toBe('/login');
      expect([await isIn(visitor), await isIn(stranger)]).toEqual([false, false]);
    });

    it('the code of another account is wrong (M2)', async () => {
      const [alice, mallory] = [await makeProtected(), await makeProtected()];
      const visitor = await halfIn(alice.name);
      expect((await visitor.post(SECOND_STEP, { totp: mallory.authenticator.code() })).status).toBe(401);
      expect(await isIn(visitor)).toBe(false);
    });

    it('after too many wrong codes of an account, the next one has to wait', async () => {
      const { authenticator, name } = await makeProtected();
      for (let round = 0; round < 3; round += 1) {
        const visitor = await halfIn(name);
        for (let wrong = 0; wrong < 5; wrong += 1) {
          await visitor.post(SECOND_STEP, { totp: authenticator.wrongCode() });
        }
      }
      const visitor = await halfIn(name);
      const refused = await visitor.post(SECOND_STEP, { totp: authenticator.code() });
      expect([refused.status, refused.html.includes('Too many attempts')]).toEqual([429, true]);
    });

    it('is skipped on a device that its owner trusts, where that is allowed (D1)', async () => {
      jest.replaceProperty(app.app.get(SignInConfig), 'trustedDeviceTtl', 30 * 86_400);
      const { authenticator, name } = await makeProtected();
      const visitor = await halfIn(name);
      expect((await visitor.get(visitor.at)).html).toContain('Trust this device for 30 days');
      await visitor.post(SECOND_STEP, { totp: authenticator.code(), trustDevice: 'on' });
      await visitor.post('/logout');
      expect((await visitor.logIn(name)).location).toBe('/');
      expect(await isIn(visitor)).toBe(true);
      await halfIn(name);
    });
  });

  describe('an account that must have a second factor', () => {
    const administrator = async (next = '') => {
      const { session } = await app.registerAdmin();
      const visitor = new Visitor(app.origin);
      const { location } = await visitor.logIn(session.user.username, { next });
      return Object.assign(visitor, { at: location ?? '', name: session.user.username });
    };

    it('sets up an app during the login, keeps its recovery codes, and goes on', async () => {
      const visitor = await administrator('/admin/users');
      expect(visitor.at).toBe('/login/enroll?next=%2Fadmin%2Fusers');
      const next = hidden(await visitor.get(visitor.at), 'next');
      const added = await visitor.post('/login/enroll', { next });
      expect(added.location).toMatch(/^\/login\/enroll\/[\w-]+\?next=%2Fadmin%2Fusers$/);
      const at = added.location?.split('?')[0] ?? '';
      const page = await visitor.get(added.location ?? '');
      expect(page.html).toMatch(/<div class="qr" role="img" aria-label="[^"]+"><svg [^>]*viewBox/);
      expect(page.headers.get('cache-control')).toBe('no-store');
      const phone = authenticatorOf(page);
      const wrong = await visitor.post(at, { code: phone.wrongCode(), next });
      expect([wrong.status, wrong.html.includes('Code is wrong.')]).toEqual([401, true]);
      expect(authenticatorOf(wrong).code()).toBe(phone.code());
      expect(await isIn(visitor)).toBe(false);
      const done = await visitor.post(at, { code: phone.code(), next });
      expect([done.status, codesIn(done).length]).toEqual([200, 10]);
      expect(done.html).toContain('href="/admin/users">I have kept them');
      expect((await visitor.get('/admin/users')).status).toBe(200);
      expect(visitor.cookies.has('latchkey-challenge')).toBe(false);
      // Its login is one with a code from now on.
      app.clock.advance(MINUTE);
      const again = await halfIn(visitor.name);
      expect((await again.post(SECOND_STEP, { totp: phone.code() })).status).toBe(303);
    });

    it('who has a factor cannot set up another one with the password alone (M7)', async () => {
      const { actor, name } = await makeProtected();
      await app.app.get(UsersService).updateStatus(OPERATOR, actor.session.user.id, { roles: ['user', 'admin'] });
      const visitor = await halfIn(name);
      expect((await visitor.get('/login/enroll')).location).toBe('/login');
      expect((await (await halfIn(name)).post('/login/enroll')).location).toBe('/login');
    });

    it('cannot set up the app of another account', async () => {
      const [alice, mallory] = [await administrator(), await administrator()];
      const { location } = await alice.post('/login/enroll');
      expect((await mallory.get(location ?? '')).status).toBe(404);
      const code = authenticatorOf(await alice.get(location ?? '')).code();
      expect((await mallory.post(location ?? '', { code })).status).toBe(404);
    });

    it('registers, and sets up an app before its first session', async () => {
      jest.replaceProperty(app.app.get(SignInConfig), 'secondFactor', 'everyone');
      const visitor = new Visitor(app.origin);
      const fields = { username: 'newcomer', email: 'newcomer@example.com', next: '/notes' };
      const registered = await visitor.post('/register', { ...fields, password: PASSWORD, passwordAgain: PASSWORD });
      expect([registered.location, await isIn(visitor)]).toEqual(['/login/enroll?next=%2Fnotes', false]);
    });
  });
});
