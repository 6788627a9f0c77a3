import type { Browser } from 'playwright-core';
import { PasswordCredential } from '../src/auth/passwords/password-credential.entity';
import { Database } from '../src/platform/database/database.service';
import { User } from '../src/users/user.entity';
import { TestApp } from './support/app';
import { launchBrowser } from './support/browser';
import { onEachDatabase } from './support/databases';
import { type Claims, type CreationCeremony, HandmadePasskey, type RequestCeremony } from './support/passkeys';
import { Person } from './support/people';
import { VirtualAuthenticator } from './support/virtual-authenticator';
import { type PageAnswer, Visitor } from './support/visitor';

// A browser on a busy machine takes its time.
jest.setTimeout(120_000);

const MINUTE = 60_000;
const LOGIN = '/login/passkey';
const SECOND_STEP = '/login/second-factor';
const ENROLL = '/login/enroll/passkey';
const STEP_UP = '/account/step-up';
const SECURITY = '/account/security';
const PASSKEYS = '/account/security/passkeys';
const REFUSED = 'The passkey is not valid here. Try again, or use another method.';

/** Has pages log what becomes of their questions to a device: asked by a button, or refused. */
const TELLS = `
  const { get } = CredentialsContainer.prototype;
  CredentialsContainer.prototype.get = function (options) {
    const answer = get.call(this, options);
    if (options.mediation === undefined) console.log('asked');
    answer.catch(() => console.log('refused'));
    return answer;
  };`;

/** What a page says of a form that it did not take. */
const summaryOf = ({ html }: PageAnswer) => /id="form-errors">\s*<p>([^<]*)</.exec(html)?.[1];

onEachDatabase((dialect) => {
  let app: TestApp;
  let origin: string;
  let names = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { SECOND_FACTOR: 'admins' });
    origin = app.origin.replace('127.0.0.1', 'localhost');
  });

  afterAll(() => app.stop());

  const database = () => app.app.get(Database);

  const isIn = async (visitor: Visitor) => (await visitor.get('/account')).status === 200;

  /** What the script of a page asks for. */
  const ask = async <T = RequestCeremony>(visitor: Visitor, path: string) => {
    const { status, html } = await visitor.post(path);
    expect([path, status]).toEqual([path, 200]);
    return JSON.parse(html) as T;
  };

  /** Answers as the script of a page does. */
  const answer = async (visitor: Visitor, path: string, body: object, more: Record<string, string> = {}) =>
    visitor.post(path, { passkey: JSON.stringify(body), ...more });

  const logInWith = async (visitor: Visitor, passkey: HandmadePasskey, claims: Partial<Claims> = {}) =>
    answer(visitor, LOGIN, passkey.assertion(await ask(visitor, `${LOGIN}/options`), claims));

  const add = async (visitor: Visitor, passkey = new HandmadePasskey(origin), more: Record<string, string> = {}) => {
    const options = await ask<CreationCeremony>(visitor, `${PASSKEYS}/options`);
    return { passkey, added: await answer(visitor, PASSKEYS, passkey.registration(options), more) };
  };

  /** Someone who has just registered, and added a passkey. */
  const withPasskey = async () => {
    const name = `person${(names += 1)}`;
    const visitor = await new Visitor(app.origin).register(name);
    const { passkey, added } = await add(visitor, undefined, { name: 'Laptop' });
    expect([added.status, added.location]).toEqual([303, SECURITY]);
    const user = await database().manager.findOneByOrFail(User, { username: name });
    const [, id = ''] = /passkeys\/([\w-]+)\/remove/.exec((await visitor.get(SECURITY)).html) ?? [];
    return { visitor, passkey, name, user, id };
  };

  const sessionsOf = async ({ id }: User) => {
    const rows = await database().query<{ n: number }>('SELECT COUNT(*) AS n FROM "sessions" WHERE "userId" = $1', [
      id,
    ]);
    return Number(rows[0]?.n);
  };

  /** Has logins of an account need a second factor. */
  const demand = ({ id }: User) => database().manager.update(User, { id }, { requiresSecondFactor: true });

  /** Someone whose password was right, where a second factor is needed. */
  const halfIn = async (name: string, next = '') => {
    const visitor = new Visitor(app.origin);
    expect((await visitor.logIn(name, { next })).location?.split('?')[0]).toBe(SECOND_STEP);
    return visitor;
  };

  describe('a login by passkey', () => {
    it('continues to where the visitor wanted to go, is remembered if asked to be, and is two factors', async () => {
      const { passkey } = await withPasskey();
      const forms: Record<string, string>[] = [{ next: '/notes?q=a%20b', remember: 'on' }, { next: '//evil.example' }];
      for (const more of forms) {
        const visitor = new Visitor(app.origin);
        const options = await ask(visitor, `${LOGIN}/options`);
        const done = await answer(visitor, LOGIN, passkey.assertion(options), more);
        expect([done.status, done.location]).toEqual([303, more['remember'] ? '/notes?q=a%20b' : '/']);
        const held = done.headers.getSetCookie().find((line) => line.startsWith('latchkey-session='));
        expect(/Max-Age=/.test(held ?? '')).toBe(more['remember'] === 'on');
        // Opens what needs a recent authentication by all factors of the account.
        expect((await visitor.get(PASSKEYS)).status).toBe(200);
        const again = await answer(visitor, LOGIN, passkey.assertion(options), { next: '/notes' });
        expect(again.location).toBe('/notes');
      }
    });

    it('is offered by a button that only a script shows, and in the field of the name', async () => {
      const { html, headers } = await new Visitor(app.origin).get('/login');
      expect(html).toMatch(/<input id="username"[^>]* autocomplete="username webauthn"/);
      expect(html).toMatch(
        /<div class="passkey" data-passkey="get" data-options="\/login\/passkey\/options" data-autofill[^>]* hidden>/,
      );
      expect(headers.get('content-security-policy')).toContain("script-src 'self';");
    });

    it('whatever is wrong is told in one text, and the form stays as it was (P2, P3, P4)', async () => {
      const [{ passkey, visitor: owner }, other] = [await withPasskey(), await withPasskey()];
      const visitor = new Visitor(app.origin);
      const stepUp = await ask(owner, `${STEP_UP}/options`);
      const wrong: [object, number][] = [
        [passkey.assertion(await ask(visitor, `${LOGIN}/options`), { isVerified: false }), 401],
        [passkey.assertion(await ask(visitor, `${LOGIN}/options`), { origin: 'http://localhost' }), 401],
        [passkey.assertion(await ask(visitor, `${LOGIN}/options`), { userHandle: other.passkey.userHandle }), 401],
        [new HandmadePasskey(origin).assertion(await ask(visitor, `${LOGIN}/options`)), 401],
        [passkey.assertion(stepUp), 401],
        [{}, 400],
        [[], 400],
        [{ ceremony: 'x', response: 'x' }, 400],
        [{ ...passkey.assertion(stepUp), username: 'x' }, 400],
      ];
      for (const [body, status] of wrong) {
        const refused = await answer(visitor, LOGIN, body, { username: 'alice', next: '/notes', remember: 'on' });
        expect([refused.status, summaryOf(refused)]).toEqual([status, REFUSED]);
        expect(refused.html).toMatch(/id="username"[^>]* value="alice"/);
        expect(refused.html).toMatch(/name="next" value="\/notes"[^]*name="remember" checked/);
      }
      const late = passkey.assertion(await ask(visitor, `${LOGIN}/options`));
      app.clock.advance(5 * MINUTE);
      expect(summaryOf(await answer(visitor, LOGIN, late))).toBe(REFUSED);
      expect([...visitor.cookies.keys()]).toEqual(['latchkey-csrf']);
    });

    it('what is no answer is refused without a fault, and what is huge is not read', async () => {
      const visitor = new Visitor(app.origin);
      for (const text of [
        '',
        'x',
        '1',
        'null',
        '"x"',
        '{',
        `{"response":${'['.repeat(2500)}${']'.repeat(2500)}}`,
        '{"__proto__":{"a":1}}',
        '{"ceremony":"\u0000"}',
      ]) {
        const refused = await visitor.post(LOGIN, { passkey: text });
        expect([text, refused.status, summaryOf(refused)]).toEqual([text, 400, REFUSED]);
      }
      expect((await visitor.post(LOGIN)).status).toBe(400);
      expect((await visitor.post(LOGIN, { passkey: 'x'.repeat(17_000) })).status).toBe(413);
      const twice = new URLSearchParams([
        ['passkey', '{}'],
        ['passkey', '{}'],
      ]);
      const headers = { 'sec-fetch-site': 'same-origin' };
      expect((await visitor.send('POST', LOGIN, twice, headers)).status).toBe(400);
    });

    it('one answer opens one session: not again, and once of 20 at once (P1)', async () => {
      const { passkey, user } = await withPasskey();
      const before = await sessionsOf(user);
      // It does not count, so that its counter stops nothing.
      const body = passkey.assertion(await ask(new Visitor(app.origin), `${LOGIN}/options`), { signCount: 0 });
      const visitors = Array.from({ length: 20 }, () => new Visitor(app.origin));
      const answers = await Promise.all(visitors.map((visitor) => answer(visitor, LOGIN, body)));
      expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array<number>(19).fill(401)]);
      const again = await answer(new Visitor(app.origin), LOGIN, body);
      expect([again.status, summaryOf(again), await sessionsOf(user)]).toEqual([401, REFUSED, before + 1]);
    });
  });

  it('no form and no question about passkeys is taken from another site, or without the token of a page', async () => {
    const { visitor, id, passkey } = await withPasskey();
    const paths = [LOGIN, SECOND_STEP, ENROLL, STEP_UP, PASSKEYS].flatMap((path) => [path, `${path}/options`]);
    paths.push(`${PASSKEYS}/${id}`, `${PASSKEYS}/${id}/remove`);
    const fields = () => new URLSearchParams({ name: 'x', passkey: '{}', _csrf: 'x' });
    for (const path of paths) {
      const strange: Record<string, string>[] = [
        {},
        { 'sec-fetch-site': 'cross-site' },
        { origin: 'https://evil.example' },
      ];
      for (const headers of strange) {
        expect([path, (await visitor.send('POST', path, fields(), headers)).status]).toEqual([path, 403]);
      }
    }
    expect((await visitor.get(SECURITY)).html).toContain('>Laptop<');
    expect((await logInWith(new Visitor(app.origin), passkey)).status).toBe(303);
  });

  describe('the second step of a login', () => {
    it('takes a passkey of the account, asked for this login, and continues (M2, P1)', async () => {
      const [alice, mallory] = [await withPasskey(), await withPasskey()];
      for (const { user } of [alice, mallory]) await demand(user);
      const [visitor, other] = [await halfIn(alice.name, '/notes'), await halfIn(mallory.name)];
      expect((await visitor.get(SECOND_STEP)).html).toContain('Use a passkey');
      const options = await ask(visitor, `${SECOND_STEP}/options`);
      expect(options.publicKey.allowCredentials?.map(({ id }) => id)).toEqual([alice.passkey.id]);
      const foreign = await ask(other, `${SECOND_STEP}/options`);
      const fields = { method: 'passkey', next: '/notes' };
      for (const [body, status] of [
        [mallory.passkey.assertion(options), 401],
        [alice.passkey.assertion(foreign), 401],
        [alice.passkey.assertion(options, { isVerified: false }), 401],
        [{}, 400],
      ] as const) {
        const refused = await answer(visitor, SECOND_STEP, body, fields);
        expect([refused.status, summaryOf(refused)]).toEqual([status, REFUSED]);
      }
      const right = alice.passkey.assertion(await ask(visitor, `${SECOND_STEP}/options`));
      expect((await answer(visitor, SECOND_STEP, right, fields)).location).toBe('/notes');
      expect([await isIn(visitor), await isIn(other)]).toEqual([true, false]);
      const again = await halfIn(alice.name);
      expect((await answer(again, SECOND_STEP, right, fields)).status).toBe(401);
    });

    it('asks for nothing without a right first factor (P8)', async () => {
      for (const path of [`${SECOND_STEP}/options`, `${ENROLL}/options`, ENROLL]) {
        expect((await new Visitor(app.origin).post(path)).location).toBe('/login');
      }
    });
  });

  describe('an account that must have a second factor', () => {
    const administrator = async () => {
      const { session } = await app.registerAdmin();
      const visitor = new Visitor(app.origin);
      expect((await visitor.logIn(session.user.username, { next: '/admin/users' })).location).toContain(
        '/login/enroll',
      );
      return { visitor, name: session.user.username };
    };

    it('adds a passkey during the login, and continues; of 20 answers at once, one is taken', async () => {
      const [{ visitor, name }, mallory] = [await administrator(), await administrator()];
      expect((await visitor.get('/login/enroll')).html).toContain('Set up a passkey');
      const passkey = new HandmadePasskey(origin);
      const options = await ask<CreationCeremony>(visitor, `${ENROLL}/options`);
      const body = passkey.registration(options);
      const foreign = await answer(mallory.visitor, ENROLL, body);
      expect([foreign.status, summaryOf(foreign), await isIn(mallory.visitor)]).toEqual([401, REFUSED, false]);
      const sent = { next: '/admin/users' };
      const answers = await Promise.all(Array.from({ length: 20 }, () => answer(visitor, ENROLL, body, sent)));
      expect(answers.filter(({ location }) => location === '/admin/users')).toHaveLength(1);
      expect((await visitor.get('/admin/users')).status).toBe(200);
      expect((await visitor.get(SECURITY)).html.match(/aria-label="Remove /g)).toHaveLength(1);
      // Who has a factor sets up no other one with the password alone (M7).
      const half = await halfIn(name);
      expect((await half.post(`${ENROLL}/options`)).location).toBe('/login');
      expect((await logInWith(new Visitor(app.origin), passkey)).status).toBe(303);
    });
  });

  describe('a page that needs a recent authentication', () => {
    it('is open after a passkey, which was asked for this session, and leads back (S4)', async () => {
      const { visitor, passkey, name } = await withPasskey();
      const elsewhere = new Visitor(app.origin);
      await elsewhere.logIn(name);
      app.clock.advance(6 * MINUTE);
      const { location } = await visitor.get(PASSKEYS);
      expect(location).toBe(`${STEP_UP}?next=${encodeURIComponent(PASSKEYS)}`);
      expect((await visitor.post(`${PASSKEYS}/options`)).location).toBe(STEP_UP);
      expect((await visitor.get(location ?? '')).html).toContain('Use a passkey');
      const fields = { method: 'passkey', next: PASSKEYS };
      const foreign = passkey.assertion(await ask(elsewhere, `${STEP_UP}/options`));
      const refused = await answer(visitor, STEP_UP, foreign, fields);
      expect([refused.status, summaryOf(refused)]).toEqual([401, REFUSED]);
      const body = passkey.assertion(await ask(visitor, `${STEP_UP}/options`));
      expect((await answer(visitor, STEP_UP, body, fields)).location).toBe(PASSKEYS);
      expect((await visitor.get(PASSKEYS)).status).toBe(200);
      expect((await answer(visitor, STEP_UP, body, fields)).status).toBe(401);
      expect((await elsewhere.get(PASSKEYS)).location).toContain(STEP_UP);
    });
  });

  describe('the passkeys of an account', () => {
    it('are added with a name, renamed and removed; the session gets another token with the first', async () => {
      const visitor = await new Visitor(app.origin).register(`person${(names += 1)}`);
      const held = visitor.cookies.get('latchkey-session');
      const { passkey, added } = await add(visitor, undefined, { name: ' My <key> ' });
      expect(added.location).toBe(SECURITY);
      expect(visitor.cookies.get('latchkey-session')).not.toBe(held);
      const { html } = await visitor.get(SECURITY);
      expect(html).toContain('The passkey was added.');
      expect(html).toContain('<th scope="row">My &lt;key&gt;</th>');
      const [, id = ''] = /passkeys\/([\w-]+)\/remove/.exec(html) ?? [];
      const path = `${PASSKEYS}/${id}`;
      expect((await visitor.get(path)).html).toContain('value="My &lt;key&gt;"');
      const long = await visitor.post(path, { name: 'x'.repeat(101) });
      expect([long.status, long.html.includes('id="name-error"')]).toEqual([400, true]);
      expect((await visitor.post(path, { name: 'Phone' })).location).toBe(SECURITY);
      expect((await visitor.get(SECURITY)).html).toContain('<th scope="row">Phone</th>');
      const page = await visitor.get(`${path}/remove`);
      expect(page.html).toContain('Remove <strong>Phone</strong>?');
      expect(page.html).toContain('This is your last second factor');
      expect((await visitor.post(`${path}/remove`)).location).toBe(SECURITY);
      expect((await visitor.get(SECURITY)).html).toContain('Your account has no second factor');
      expect((await logInWith(new Visitor(app.origin), passkey)).status).toBe(401);
    });

    it('one answer adds one passkey, in the session that asked; what is wrong is told in one text (P1, P6)', async () => {
      const { visitor } = await withPasskey();
      const { visitor: other } = await withPasskey();
      const options = await ask<CreationCeremony>(visitor, `${PASSKEYS}/options`);
      const passkey = new HandmadePasskey(origin);
      const body = passkey.registration(options);
      for (const refused of [
        await answer(other, PASSKEYS, body),
        await answer(visitor, PASSKEYS, passkey.registration(options, { isVerified: false })),
        await answer(visitor, PASSKEYS, {}),
        await visitor.post(PASSKEYS, { passkey: 'x'.repeat(60_000) }),
        await visitor.post(PASSKEYS, { passkey: `{"response":${'['.repeat(9000)}${']'.repeat(9000)}}` }),
      ]) {
        expect(summaryOf(refused)).toBe(REFUSED);
      }
      expect((await visitor.post(PASSKEYS, { passkey: 'x'.repeat(66_000) })).status).toBe(413);
      const long = await answer(visitor, PASSKEYS, body, { name: 'x'.repeat(101) });
      expect([long.status, long.html.includes('id="name-error"')]).toEqual([400, true]);
      const answers = await Promise.all(Array.from({ length: 20 }, () => answer(visitor, PASSKEYS, body)));
      expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array<number>(19).fill(401)]);
      expect((await visitor.get(SECURITY)).html.match(/aria-label="Remove /g)).toHaveLength(2);
      const known = await add(visitor, passkey);
      expect([known.added.status, summaryOf(known.added)]).toEqual([409, 'This passkey was added before.']);
    });

    it('of one account, no other one sees, renames or removes (P7)', async () => {
      const { visitor, id } = await withPasskey();
      const { visitor: other } = await withPasskey();
      const before = (await visitor.get(SECURITY)).html.replaceAll(/name="_csrf" value="[^"]*"/g, '');
      for (const path of [`${PASSKEYS}/${id}`, `${PASSKEYS}/${id}/remove`]) {
        expect([(await other.get(path)).status, (await other.post(path, { name: 'Mine' })).status]).toEqual([404, 404]);
      }
      expect((await visitor.get(SECURITY)).html.replaceAll(/name="_csrf" value="[^"]*"/g, '')).toBe(before);
    });

    it('cannot be removed when they are the last way to log in (E8)', async () => {
      const { visitor, passkey, user, id } = await withPasskey();
      await database().removeWhere(PasswordCredential, '"userId" = $1', [user.id]);
      const refused = await visitor.post(`${PASSKEYS}/${id}/remove`);
      expect([refused.status, summaryOf(refused)]).toEqual([
        409,
        'Add another way to sign in first; this is the last one.',
      ]);
      expect((await logInWith(new Visitor(app.origin), passkey)).status).toBe(303);
    });

    it('are added and removed only after a recent authentication', async () => {
      const { visitor, id } = await withPasskey();
      const body = new HandmadePasskey(origin).registration(
        await ask<CreationCeremony>(visitor, `${PASSKEYS}/options`),
      );
      app.clock.advance(5 * MINUTE + 1);
      for (const path of [PASSKEYS, `${PASSKEYS}/options`, `${PASSKEYS}/${id}/remove`]) {
        expect((await answer(visitor, path, body)).location).toBe(STEP_UP);
      }
      expect((await visitor.get(SECURITY)).html.match(/aria-label="Remove /g)).toHaveLength(1);
    });
  });

  // What a browser does is the same on every database.
  if (dialect === 'sqlite') {
    describe('in Chromium', () => {
      let browser: Browser;
      let person: Person;
      let device: VirtualAuthenticator;

      beforeAll(async () => {
        browser = await launchBrowser();
      });

      beforeEach(async () => {
        person = await Person.arrive(browser, origin);
        device = await VirtualAuthenticator.plugIn(person);
      });

      afterEach(async () => {
        expect(person.complaints).toEqual([]);
        await person.leave();
      });

      afterAll(() => browser.close());

      const arrived = (path: string) => person.page.waitForURL(`${origin}${path}`);

      /** The next time that the page says so, with the script `TELLS`. */
      const logged = (text: string) => person.page.waitForEvent('console', (message) => message.text() === text);

      /** Nothing that axe finds, and nothing wider than the narrowest screen. */
      const fits = async () => {
        expect(await person.barriers()).toEqual([]);
        await person.page.setViewportSize({ width: 320, height: 640 });
        expect(await person.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
        await person.page.setViewportSize({ width: 1280, height: 800 });
      };

      /** Presses a button while the device does not recognize its owner: the page says so, and stays usable. */
      const refuse = async (name: string) => {
        await device.recognizes(false);
        await person.page.getByRole('button', { name }).click();
        const status = person.page.getByRole('status').filter({ hasText: 'No passkey was used: you canceled' });
        await status.waitFor();
        await fits();
      };

      /** Someone who has registered, and whose device has a passkey for the account. */
      const registered = async (name: string) => {
        await person.register(name);
        await person.open(PASSKEYS);
        await person.fill({ Name: 'Laptop' });
        await person.press('Add a passkey');
        expect([person.path, await device.passkeys()]).toEqual([SECURITY, 1]);
      };

      /** Leaves, and opens the login page with a device that does not recognize its owner yet. */
      const back = async (path = '/login') => {
        await person.press('Log out');
        await device.recognizes(false);
        await person.open(path);
      };

      it('someone adds a passkey, and logs in with nothing else, from the field of the name', async () => {
        await registered('filler');
        await person.press('Log out');
        await person.open('/login?next=/notes');
        await arrived('/notes');
        await person.open('/account');
        expect(await person.text()).toContain('filler');
      });

      it('someone whose device refuses is told, and logs in by the button, remembered', async () => {
        await registered('presser');
        const questions: string[] = [];
        person.page.on('request', (request) => request.url().endsWith(`${LOGIN}/options`) && questions.push(LOGIN));
        await back('/login?next=/notes');
        await refuse('Sign in with a passkey');
        await person.page.getByLabel('Remember me').check();
        await device.recognizes(true);
        await person.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
        await arrived('/notes');
        const session = (await person.context.cookies()).find(({ name }) => name === 'latchkey-session');
        expect(session?.expires).toBeGreaterThan(0);
        // For the field of the name, by the button, for the field again, by the button.
        expect(questions).toHaveLength(4);
      });

      it('someone who presses again while the device waits for a touch logs in', async () => {
        await person.context.addInitScript(TELLS);
        await registered('toucher');
        await device.isTouched(false);
        await person.press('Log out');
        await person.open('/login');
        const button = person.page.getByRole('button', { name: 'Sign in with a passkey' });
        const asked = logged('asked');
        await button.click();
        await asked;
        // What was asked before the touch stays open.
        await device.isTouched(true);
        await button.click();
        await arrived('/');
      });

      it('the login page offers passkeys again before its challenge expires', async () => {
        await registered('waiter');
        await person.page.clock.install();
        await person.context.addInitScript(TELLS);
        const answers: number[] = [];
        const note = (url: string, status: number) => url.endsWith(LOGIN) && answers.push(status);
        person.page.on('response', (response) => note(response.url(), response.status()));
        const refused = logged('refused');
        await back();
        await refused;
        app.clock.advance(6 * MINUTE);
        await device.recognizes(true);
        await person.page.clock.fastForward(4 * MINUTE);
        await arrived('/');
        expect(answers).toEqual([303]);
      });

      it('a passkey is the second step of a login, and leads back to a page that asks who it is', async () => {
        await registered('stepper');
        await person.press('Ask for a second factor at each login');
        await back('/login?next=/notes');
        await person.logIn('stepper');
        expect(person.path).toBe(`${SECOND_STEP}?next=%2Fnotes`);
        await refuse('Use a passkey');
        await device.recognizes(true);
        await person.press('Use a passkey');
        expect(person.path).toBe('/notes');
        app.clock.advance(6 * MINUTE);
        await person.open(PASSKEYS);
        await refuse('Use a passkey');
        await device.recognizes(true);
        await person.press('Use a passkey');
        expect(person.path).toBe(PASSKEYS);
        // What was asked a while ago asks again, before the device is asked for anything.
        app.clock.advance(6 * MINUTE);
        await person.press('Add a passkey');
        expect(person.path).toBe(`${STEP_UP}?next=${encodeURIComponent(PASSKEYS)}`);
        await person.press('Use a passkey');
        await person.page.getByRole('button', { name: 'Add a passkey' }).click();
        await person.page.getByText('This device already has a passkey for your account.').waitFor();
        expect(await device.passkeys()).toBe(1);
      });

      it('an administrator adds a passkey to complete the first login', async () => {
        await app.registerAdmin('chief');
        await person.open('/login?next=/admin/users');
        await person.logIn('chief');
        await refuse('Set up a passkey');
        await device.recognizes(true);
        await person.press('Set up a passkey');
        expect([person.path, await device.passkeys()]).toEqual(['/admin/users', 1]);
      });

      it('a passkey is renamed, is kept as the last way to log in, and removed when there is another', async () => {
        await registered('tidier');
        await person.page.getByRole('link', { name: 'Rename Laptop' }).click();
        expect(await person.barriers()).toEqual([]);
        await person.fill({ Name: 'x'.repeat(100) });
        await person.press('Save');
        const { id } = await database().manager.findOneByOrFail(User, { username: 'tidier' });
        const password = await database().manager.findOneByOrFail(PasswordCredential, { userId: id });
        await database().removeWhere(PasswordCredential, '"userId" = $1', [id]);
        await person.page.getByRole('link', { name: 'Remove x' }).click();
        await person.press('Remove the passkey');
        expect(await person.text()).toContain('Add another way to sign in first');
        await fits();
        await database().manager.insert(PasswordCredential, password);
        await person.press('Remove the passkey');
        expect(await person.text()).toContain('The passkey was removed.');
        expect(await person.page.getByRole('link', { name: 'Remove x' }).count()).toBe(0);
      });

      it('a browser that knows no JSON of passkeys and offers none in fields does the same', async () => {
        await person.context.addInitScript(`
          delete PublicKeyCredential.parseCreationOptionsFromJSON;
          delete PublicKeyCredential.parseRequestOptionsFromJSON;
          delete PublicKeyCredential.isConditionalMediationAvailable;
          delete PublicKeyCredential.prototype.toJSON;`);
        await registered('elder');
        await person.open(PASSKEYS);
        await person.page.getByRole('button', { name: 'Add a passkey' }).click();
        await person.page.getByText('This device already has a passkey for your account.').waitFor();
        await back();
        await device.recognizes(true);
        await person.press('Sign in with a passkey');
        expect(person.path).toBe('/');
      });

      it('without scripts or passkeys there is no button, and at another address it says why it does nothing', async () => {
        const button = ({ page }: Person) => page.getByRole('button', { name: 'Sign in with a passkey' });
        const plain = await Person.arrive(browser, origin, { javaScriptEnabled: false });
        await person.context.addInitScript('delete globalThis.PublicKeyCredential');
        const lost = await Person.arrive(browser, app.origin);
        for (const one of [plain, person, lost]) await one.open('/login');
        expect(await plain.page.getByRole('button').allInnerTexts()).toEqual(['Log in']);
        expect([await button(plain).count(), await button(person).count(), await button(lost).count()]).toEqual([
          0, 0, 1,
        ]);
        await button(lost).click();
        await lost.page.getByText('Passkeys do not work at this web address.').waitFor();
        expect(lost.complaints).toEqual([]);
        await Promise.all([plain.leave(), lost.leave()]);
      });
    });
  }
});
