import { FactorAttempts } from '../src/auth/factors/factor-attempts.entity';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { SignInConfig } from '../src/platform/config/sign-in/sign-in.config';
import { Database } from '../src/platform/database/database.service';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import { Authenticator } from './support/authenticator';
import { PASSWORD } from './support/client';
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
    app = await TestApp.start(dialect, { SECOND_FACTOR: 'admins', EMAIL_SIGN_IN: 'on' });
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
    it('asks for the code of the app, and continues to where the visitor wanted to go', async () => {
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
      // Longer than the headers that servers and proxies take.
      expect((await halfIn(name, `/${'a'.repeat(15_000)}`)).at).toBe(SECOND_STEP);
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

    it('reports lost factors, which the link of the mail keeps, once its form is sent (E10)', async () => {
      const actor = await app.registerProven();
      await Authenticator.enroll(app, actor);
      const visitor = await halfIn(actor.session.user.username);
      expect((await visitor.get(SECOND_STEP)).html).toContain('action="/login/second-factor/lost"');
      expect((await visitor.post('/login/second-factor/lost', {})).location).toBe('/login');
      expect((await visitor.get('/login')).html).toContain('will be removed in 72 hours');
      const mail = (await app.mailTo(actor.session.user.email)).at(-1);
      expect(mail?.link).toContain('/keep-second-factor#token=');
      expect((await visitor.get('/keep-second-factor')).status).toBe(200);
      expect((await visitor.post('/keep-second-factor', { token: mail?.token ?? '' })).location).toBe('/login');
      app.clock.advance(72 * 60 * MINUTE);
      await app.runJob('remove-lost-factors');
      await halfIn(actor.session.user.username);
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

    it('after 100 wrong codes of an account, offers what is left: the recovery codes (M3)', async () => {
      const { actor, authenticator, name } = await makeProtected();
      await app.app
        .get(Database)
        .manager.insert(FactorAttempts, { userId: actor.session.user.id, failures: 100, blockedUntil: 0 });
      const visitor = await halfIn(name);
      expect((await visitor.get(visitor.at)).html).not.toContain('name="totp"');
      expect((await visitor.post(SECOND_STEP, { totp: authenticator.code() })).status).toBe(429);
      const [recoveryCode = ''] = authenticator.recoveryCodes;
      await visitor.post(SECOND_STEP, { recoveryCode, method: 'recovery_code' });
      expect(await isIn(visitor)).toBe(true);
      expect((await (await halfIn(name)).get(visitor.at)).html).toContain('name="totp"');
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

    it('sets up an app during the login, keeps its recovery codes, and continues', async () => {
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
      expect(done.html).toContain('href="/admin/users">I have saved them');
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

  describe('a page that needs a recent authentication', () => {
    const STEP_UP = '/account/step-up';
    const END_OTHERS = '/account/sessions/end-others';

    /** Someone who has logged in a while ago, by all factors of the account. */
    const longIn = async () => {
      const account = await makeProtected();
      const visitor = await halfIn(account.name);
      expect((await visitor.post(SECOND_STEP, { totp: account.authenticator.code() })).status).toBe(303);
      app.clock.advance(6 * MINUTE);
      return { ...account, visitor };
    };

    it('asks for a code, says why, leads back, and is open then with a new token of the same session (S4)', async () => {
      const { authenticator, visitor } = await longIn();
      const referer = `${app.origin}/account/sessions?cursor=`;
      const refused = await visitor.post(END_OTHERS, {}, { referer });
      expect([refused.status, refused.location]).toEqual([303, `${STEP_UP}?next=%2Faccount%2Fsessions%3Fcursor%3D`]);
      const page = await visitor.get(refused.location ?? '');
      expect(page.html).toContain('please confirm that it is you');
      expect(page.html).not.toContain('type="password"');
      const before = visitor.cookies.get('latchkey-session') ?? '';
      const fields = { method: 'totp', totp: authenticator.code(), next: hidden(page, 'next') };
      expect((await visitor.post(STEP_UP, fields)).location).toBe('/account/sessions?cursor=');
      expect((await visitor.post(END_OTHERS)).location).toBe('/account/sessions');
      const thief = new Visitor(app.origin);
      thief.cookies.set('latchkey-session', before);
      expect([await isIn(visitor), await isIn(thief)]).toEqual([true, false]);
    });

    it('leads back to a page that was only looked at, and from a form of unknown origin to the account', async () => {
      const { visitor } = await longIn();
      const codes = await visitor.get('/account/security/recovery-codes');
      expect(codes.location).toBe(`${STEP_UP}?next=%2Faccount%2Fsecurity%2Frecovery-codes`);
      for (const referer of ['', 'https://evil.example/x', `${app.origin}//evil.example`, `${app.origin}${STEP_UP}`]) {
        expect((await visitor.post(END_OTHERS, {}, { referer })).location).toBe(STEP_UP);
      }
      expect((await visitor.post(END_OTHERS)).location).toBe(STEP_UP);
    });

    it('comes before the form, so that nothing that was filled in is lost', async () => {
      const { authenticator, visitor } = await longIn();
      const plain = await new Visitor(app.origin).register('filling');
      const forms = ['/account/email', '/account/password', '/account/tokens/new', '/account/delete'];
      for (const form of forms) {
        expect((await visitor.get(form)).location).toBe(`${STEP_UP}?next=${encodeURIComponent(form)}`);
        expect((await plain.get(form)).status).toBe(200);
      }
      await visitor.post(STEP_UP, { method: 'totp', totp: authenticator.code() });
      for (const form of forms) expect((await visitor.get(form)).status).toBe(200);
    });

    it('takes no wrong code, no code of another account, and no password where there is a second factor', async () => {
      const { authenticator, visitor } = await longIn();
      const mallory = await makeProtected();
      for (const totp of [authenticator.wrongCode(), mallory.authenticator.code()]) {
        const { status, html } = await visitor.post(STEP_UP, { method: 'totp', totp, next: '/notes' });
        expect([status, html.includes('Code is wrong.'), html.includes('value="/notes"')]).toEqual([401, true, true]);
      }
      expect((await visitor.post(STEP_UP, { method: 'password', password: PASSWORD })).location).toBe(STEP_UP);
      expect((await visitor.post(END_OTHERS)).location).toBe(STEP_UP);
      const [recoveryCode = ''] = authenticator.recoveryCodes;
      const done = await visitor.post(STEP_UP, { method: 'recovery_code', recoveryCode, next: '//evil.example' });
      expect([done.location, (await visitor.post(END_OTHERS)).status]).toEqual(['/account', 303]);
    });

    it('asks an account without a second factor for its password', async () => {
      const visitor = await new Visitor(app.origin).register('plain');
      app.clock.advance(6 * MINUTE);
      expect((await visitor.post(END_OTHERS)).location).toBe(STEP_UP);
      expect((await visitor.get(STEP_UP)).html).toContain('autocomplete="current-password"');
      const wrong = await visitor.post(STEP_UP, { method: 'password', password: 'a wrong password' });
      expect([wrong.status, wrong.html.includes('Password is wrong.')]).toEqual([401, true]);
      expect((await visitor.post(STEP_UP, { method: 'password', password: PASSWORD })).location).toBe('/account');
      expect((await visitor.post(END_OTHERS)).location).toBe('/account/sessions');
    });
  });

  describe('the security of an account', () => {
    const SECURITY = '/account/security';
    let names = 0;

    /** Someone who has just registered, and adds an app. */
    const withApp = async (name = 'Phone') => {
      const visitor = await new Visitor(app.origin).register(`secured${(names += 1)}`);
      const { location } = await visitor.post(`${SECURITY}/totp`, { name });
      const phone = authenticatorOf(await visitor.get(location ?? ''));
      const done = await visitor.post(location ?? '', { code: phone.code() });
      app.clock.advance(MINUTE);
      return { visitor, phone, done, at: location ?? '', name: `secured${names}` };
    };

    it('begins without a second factor, which an app adds: other sessions end, and its recovery codes are shown once', async () => {
      const visitor = await new Visitor(app.origin).register('first');
      const elsewhere = new Visitor(app.origin);
      await elsewhere.logIn('first');
      const empty = await visitor.get(SECURITY);
      expect(empty.html).toContain('Your account has no second factor');
      expect(empty.html).toContain('<a href="/account/security" aria-current="page">Security</a>');
      const { location } = await visitor.post(`${SECURITY}/totp`, { name: ' My <phone> ' });
      const page = await visitor.get(location ?? '');
      const phone = authenticatorOf(page);
      const wrong = await visitor.post(location ?? '', { code: phone.wrongCode() });
      expect([wrong.status, authenticatorOf(wrong).code()]).toEqual([401, phone.code()]);
      expect((await visitor.get(SECURITY)).html).toContain('Your account has no second factor');
      const held = visitor.cookies.get('latchkey-session');
      const done = await visitor.post(location ?? '', { code: phone.code() });
      expect(codesIn(done)).toHaveLength(10);
      expect(visitor.cookies.get('latchkey-session')).not.toBe(held);
      const { html } = await visitor.get(SECURITY);
      expect(html).toContain('My &lt;phone&gt;');
      expect(html).toContain('Each login needs a second factor.');
      expect(html).toContain('Unused recovery codes: 10.');
      expect(html).not.toContain(codesIn(done)[0]);
      expect([await isIn(visitor), await isIn(elsewhere)]).toEqual([true, false]);
      // Its key is not shown again, and its code is used up.
      expect((await visitor.get(location ?? '')).status).toBe(404);
      await halfIn('first');
    });

    it('hands the recovery codes out as a file, and nothing else', async () => {
      const { visitor, done } = await withApp();
      const path = `${SECURITY}/recovery-codes/file`;
      const codes = codesIn(done);
      const body = new URLSearchParams();
      for (const code of codes) body.append('codes', code);
      const file = await visitor.send('POST', path, body, { 'sec-fetch-site': 'same-origin' });
      expect(file.html).toBe(`${codes.join('\r\n')}\r\n`);
      expect(file.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(file.headers.get('content-disposition')).toBe('attachment; filename="recovery-codes.txt"');
      expect((await visitor.post(path, { codes: '<script>' })).status).toBe(400);
    });

    it('makes new recovery codes, which replace the ones before', async () => {
      const { visitor, done, name } = await withApp();
      const page = await visitor.get(`${SECURITY}/recovery-codes`);
      expect(page.html).toContain('Unused recovery codes: 10.');
      const made = codesIn(await visitor.post(`${SECURITY}/recovery-codes`));
      expect(made).toHaveLength(10);
      const [before = '', after = ''] = [codesIn(done)[0], made[0]];
      const person = await halfIn(name);
      const send = (recoveryCode: string) => person.post(SECOND_STEP, { method: 'recovery_code', recoveryCode });
      expect([(await send(before)).status, (await send(after)).status]).toEqual([401, 303]);
      expect((await person.get(SECURITY)).html).toContain('Unused recovery codes: 9.');
    });

    it('lets logins go without a second factor, and asks for it again', async () => {
      const { visitor, name } = await withApp();
      const decide = (required: string) => visitor.post(`${SECURITY}/requirement`, { required });
      expect((await decide('no')).location).toBe(SECURITY);
      expect((await visitor.get(SECURITY)).html).toContain('Logins no longer need a second factor.');
      expect((await new Visitor(app.origin).logIn(name)).location).toBe('/');
      await decide('yes');
      await halfIn(name);
      jest.replaceProperty(app.app.get(SignInConfig), 'secondFactor', 'everyone');
      const refused = await decide('no');
      expect([refused.status, refused.html.includes('This server requires a second factor.')]).toEqual([409, true]);
    });

    it('removes an app after a question; without the last one, the password is enough', async () => {
      const { visitor, name } = await withApp('Old phone');
      const [, path = ''] = /href="([^"]+\/remove)"/.exec((await visitor.get(SECURITY)).html) ?? [];
      const page = await visitor.get(path);
      expect(page.html).toContain('Remove <strong>Old phone</strong>?');
      expect(page.html).toContain('This is your last second factor');
      expect((await visitor.post(path)).location).toBe(SECURITY);
      expect((await visitor.get(SECURITY)).html).toContain('Your account has no second factor');
      expect((await new Visitor(app.origin).logIn(name)).location).toBe('/');
    });

    it('lists trusted devices, and trusts one no more', async () => {
      jest.replaceProperty(app.app.get(SignInConfig), 'trustedDeviceTtl', 30 * 86_400);
      const { authenticator, name } = await makeProtected();
      const visitor = await halfIn(name);
      await visitor.post(SECOND_STEP, { totp: authenticator.code(), trustDevice: 'on' });
      const { html } = await visitor.get(SECURITY);
      expect(html).toContain('<th scope="row">Firefox on Linux</th>');
      const [, path = ''] = /action="([^"]+\/remove)"/.exec(html) ?? [];
      expect((await visitor.post(path)).location).toBe(SECURITY);
      await visitor.post('/logout');
      expect((await visitor.logIn(name)).location).toBe(SECOND_STEP);
    });

    it('of one account, no other one touches', async () => {
      jest.replaceProperty(app.app.get(SignInConfig), 'trustedDeviceTtl', 30 * 86_400);
      const alice = await makeProtected();
      const person = await halfIn(alice.name);
      await person.post(SECOND_STEP, { totp: alice.authenticator.code(), trustDevice: 'on' });
      const before = (await person.get(SECURITY)).html;
      const paths = [...before.matchAll(/(?:action|href)="([^"]+\/remove)"/g)].map(([, path = '']) => path);
      expect(paths).toHaveLength(2);
      const { location } = await person.post(`${SECURITY}/totp`, {});
      const { visitor } = await withApp();
      for (const path of [...paths, location ?? '']) {
        expect((await visitor.post(path, { code: '123456' })).status).toBe(404);
      }
      expect((await visitor.get(location ?? '')).status).toBe(404);
      const untold = (html: string) => html.replaceAll(/name="_csrf" value="[^"]*"/g, '');
      expect(untold((await person.get(SECURITY)).html)).toBe(untold(before));
    });

    it('is bounded: a sixth app is refused on its page', async () => {
      const { visitor } = await withApp();
      for (let added = 1; added < 5; added += 1) {
        const { location } = await visitor.post(`${SECURITY}/totp`, {});
        const code = authenticatorOf(await visitor.get(location ?? '')).code();
        expect((await visitor.post(location ?? '', { code })).location).toBe(SECURITY);
      }
      const refused = await visitor.post(`${SECURITY}/totp`, { name: 'One more' });
      expect([refused.status, refused.html.includes('value="One more"')]).toEqual([403, true]);
    });
  });

  describe('login by mail', () => {
    const EMAIL = '/login/email';
    const CODE = '/login/email/code';
    const LINK = '/login/email/link';

    /** The code and the token of the link in the last mail. */
    const mailedTo = async (email: string) => {
      const mail = (await app.mailTo(email)).findLast(({ subject }) => subject === 'Your code to log in');
      return { code: /^\d{8}$/m.exec(mail?.text ?? '')?.[0] ?? '', link: mail?.link ?? '', token: mail?.token ?? '' };
    };

    /** Someone with a verified address, who has asked for a code. */
    const asked = async (next = '') => {
      const actor = await app.registerProven();
      const { email, username: name } = actor.session.user;
      const visitor = new Visitor(app.origin);
      const { location } = await visitor.post(EMAIL, { email, next });
      return { actor, visitor, at: location ?? '', name, ...(await mailedTo(email)) };
    };

    it('is offered by the login page, and is not there where it is switched off', async () => {
      const visitor = new Visitor(app.origin);
      expect((await visitor.get('/login?next=/notes')).html).toContain('href="/login/email?next=%2Fnotes"');
      jest.replaceProperty(app.app.get(SignInConfig), 'emailSignIn', false);
      expect((await visitor.get('/login')).html).not.toContain(EMAIL);
      const answers = [await visitor.get(EMAIL), await visitor.get(CODE), await visitor.post(LINK, { token: 'x' })];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    });

    it('by a code continues to where the visitor wanted to go, and a wrong code is told', async () => {
      const { visitor, at, code } = await asked('/notes');
      expect(at).toBe(`${CODE}?next=%2Fnotes`);
      const page = await visitor.get(at);
      expect(page.html).toMatch(/<input id="code"[^>]* autocomplete="one-time-code" inputmode="numeric" required/);
      const wrong = String((Number(code) + 1) % 100_000_000).padStart(8, '0');
      const refused = await visitor.post(CODE, { code: wrong });
      expect([refused.status, refused.html.includes('Code is wrong.')]).toEqual([401, true]);
      const sent = { code: `${code.slice(0, 4)} ${code.slice(4)}`, next: hidden(page, 'next') };
      expect([(await visitor.post(CODE, sent)).location, await isIn(visitor)]).toEqual(['/notes', true]);
      expect(visitor.cookies.has('latchkey-mailed')).toBe(false);
    });

    it('a code is good only in the browser that asked (L2)', async () => {
      const { code } = await asked();
      const stranger = new Visitor(app.origin);
      expect((await stranger.post(CODE, { code })).location).toBe(EMAIL);
      expect((await stranger.get(`${CODE}?next=/notes`)).location).toBe('/login/email?next=%2Fnotes');
      await stranger.post(EMAIL, { email: 'nobody@example.com' });
      expect((await stranger.post(CODE, { code })).status).toBe(401);
    });

    it('a link is followed in any browser, and only a form uses it, once (L1)', async () => {
      const { link, token } = await asked();
      expect(new URL(link).pathname).toBe(EMAIL);
      const visitor = new Visitor(app.origin);
      const page = await visitor.get(EMAIL);
      expect(page.html).toContain('<form method="post" action="/login/email/link">');
      expect(page.html).toContain('data-token-from-fragment');
      expect(await isIn(visitor)).toBe(false);
      expect((await visitor.post(LINK, { token, remember: 'on' })).location).toBe('/');
      expect(await isIn(visitor)).toBe(true);
      const again = await new Visitor(app.origin).post(LINK, { token });
      expect([again.status, again.html.includes('<details open>')]).toEqual([401, true]);
    });

    it('a known and an unknown address get the same answer (L3)', async () => {
      const { email } = (await app.registerProven()).session.user;
      const [known, unknown] = [new Visitor(app.origin), new Visitor(app.origin)];
      const answers = [await known.post(EMAIL, { email }), await unknown.post(EMAIL, { email: 'nobody@example.com' })];
      expect(answers.map(({ status, location }) => [status, location])).toEqual([
        [303, CODE],
        [303, CODE],
      ]);
      expect([...unknown.cookies.keys()]).toEqual([...known.cookies.keys()]);
      const untold = ({ html }: PageAnswer) => html.replaceAll(/name="_csrf" value="[^"]*"/g, '');
      expect(untold(await unknown.get(CODE))).toBe(untold(await known.get(CODE)));
      const invalid = await unknown.post(EMAIL, { email: 'no address' });
      expect([invalid.status, invalid.html.includes('value="no address"')]).toEqual([400, true]);
    });

    it('is a first factor: an account with a second one is asked for it (M6, M8)', async () => {
      const { actor, visitor, code, name } = await asked('/notes');
      await Authenticator.enroll(app, actor);
      // Adding a factor withdraws nothing that was mailed before.
      const { location } = await visitor.post(CODE, { code, next: '/notes' });
      expect([location, await isIn(visitor)]).toEqual([`${SECOND_STEP}?next=%2Fnotes`, false]);
      expect((await visitor.get(SECOND_STEP)).status).toBe(200);
      await halfIn(name);
    });
  });
});

it('with limits on attempts, people set up an app, log in by its codes and by mail, and step up', async () => {
  const env = { RATE_LIMITS: 'on', SECOND_FACTOR: 'everyone', EMAIL_SIGN_IN: 'on' };
  const app = await TestApp.start('sqlite', env);
  const visitor = await new Visitor(app.origin).register('limited');
  const { location } = await visitor.post('/login/enroll');
  const secret = /<code class="key">([^<]*)</.exec((await visitor.get(location ?? '')).html)?.[1] ?? '';
  const phone = Authenticator.with(app, secret.replaceAll(' ', ''));
  expect((await visitor.post(location ?? '', { code: phone.code() })).status).toBe(200);
  app.clock.advance(MINUTE);
  const again = new Visitor(app.origin);
  expect((await again.logIn('limited')).location).toBe(SECOND_STEP);
  expect((await again.post(SECOND_STEP, { totp: phone.code() })).location).toBe('/');
  app.clock.advance(MINUTE);
  expect((await again.post('/account/step-up', { totp: phone.code() })).location).toBe('/account');
  // Changes leave permanent events, and mail.
  const changes = ['recovery-codes', 'requirement'].map((path) => `/account/security/${path}`);
  for (const path of changes) expect((await again.post(path)).status).toBeLessThan(429);
  await app.app.get(Database).manager.query(`UPDATE "rate_limits" SET "points" = 60`);
  for (const path of changes) expect((await again.post(path)).status).toBe(429);
  expect((await new Visitor(app.origin).post('/login/email', { email: 'limited@example.com' })).status).toBe(303);
  expect((await new Visitor(app.origin).post('/login/email/link', { token: 'wrong' })).status).toBe(401);
  await app.stop();
});
