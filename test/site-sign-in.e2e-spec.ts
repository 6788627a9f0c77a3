import { Session } from '../src/auth/sessions/session.entity';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { SiteConfig } from '../src/platform/config/site.config';
import { Database } from '../src/platform/database/database.service';
import { UsersService } from '../src/users/users.service';
import { TestApp } from './support/app';
import { type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';
import { SystemTime } from './support/system-time';
import { TestPagesController } from './support/test-pages';
import { type PageAnswer, Visitor } from './support/visitor';

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const SESSION = 'latchkey-session';
const PRIVATE = '/test/private';
const SENSITIVE = '/test/sensitive';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const NEXT_FIREFOX = FIREFOX.replaceAll('140.0', '141.0');
const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15';

/** Values of `next` that lead away from the site, in one browser or another. */
const HOSTILE = [
  '//evil',
  '/\\evil',
  'https:evil',
  'https://evil.example/',
  'javascript:alert(1)',
  '/%2F/evil',
  '/\t/evil',
];

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

/** The value of a hidden field, as the server will get it. */
const hidden = ({ html }: PageAnswer, name: string) =>
  (new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '').replaceAll('&amp;', '&');

/** The line that sets a cookie. */
const lineOf = ({ headers }: PageAnswer, name: string) =>
  headers.getSetCookie().find((line) => line.startsWith(`${name}=`)) ?? '';

/** A page without what every rendering makes new. */
const told = ({ status, html }: PageAnswer, username: string) =>
  [status, html.replace(/name="_csrf" value="[^"]*"/g, '').replaceAll(username, 'NAME')] as const;

onEachDatabase((dialect) => {
  let app: TestApp;
  let count = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect, {}, [TestPagesController]);
  });

  afterAll(() => app.stop());

  afterEach(() => jest.restoreAllMocks());

  const newName = () => `person${(count += 1)}`;

  /** A person who has just registered. */
  const newcomer = async (name = newName()) => Object.assign(await new Visitor(app.origin).register(name), { name });

  /** Another browser that holds the same cookies. */
  const copyOf = (visitor: Visitor, userAgent = FIREFOX) => {
    const copy = new Visitor(visitor.origin, { 'user-agent': userAgent });
    for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
    return copy;
  };

  const isIn = async (visitor: Visitor) => (await visitor.get(PRIVATE)).status === 200;

  const protect = (sessionProtection: SiteConfig['sessionProtection']) =>
    jest.replaceProperty(app.app.get(SiteConfig), 'sessionProtection', sessionProtection);

  describe('what the guides promise', () => {
    it('login_view: a protected page leads to the login, and back', async () => {
      const { name } = await newcomer();
      const visitor = new Visitor(app.origin);
      const refused = await visitor.get(`${PRIVATE}?page=2&q=a%20b`);
      expect([refused.status, refused.location]).toEqual([
        303,
        '/login?next=%2Ftest%2Fprivate%3Fpage%3D2%26q%3Da%2520b',
      ]);
      const next = hidden(await visitor.get(refused.location ?? ''), 'next');
      expect(next).toBe(`${PRIVATE}?page=2&q=a%20b`);
      expect((await visitor.logIn(name, { next })).location).toBe(`${PRIVATE}?page=2&q=a%20b`);
      expect(await isIn(visitor)).toBe(true);
    });

    it('login_message and login_message_category: why one has to log in, once', async () => {
      const visitor = new Visitor(app.origin);
      await visitor.get(PRIVATE);
      const message = '<p class="flash message" role="status">Please log in to access this page.</p>';
      expect((await visitor.get('/login')).html).toContain(message);
      expect((await visitor.get('/login')).html).not.toContain('Please log in');
      const [text, category] = ['Who’s <there>? & why', 'knock-knock'];
      jest.replaceProperty(app.app.get(SiteConfig), 'loginMessage', text);
      jest.replaceProperty(app.app.get(SiteConfig), 'loginMessageCategory', category);
      await visitor.get(PRIVATE);
      expect((await visitor.get('/login')).html).toContain(
        'class="flash knock-knock" role="status">Who’s &lt;there&gt;? &amp; why<',
      );
    });

    it('session_protection basic: in another browser a cookie opens no sensitive page, and stays good in its own', async () => {
      const alice = await newcomer();
      const thief = copyOf(alice, SAFARI);
      expect((await thief.get(PRIVATE)).status).toBe(200);
      const refused = await thief.get(SENSITIVE);
      expect([refused.status, refused.location]).toEqual([303, '/login?next=%2Ftest%2Fsensitive']);
      expect((await thief.get('/login')).html).toContain('please log in again');
      expect((await alice.get(SENSITIVE)).status).toBe(200);
      expect((await thief.logIn(alice.name, { next: SENSITIVE })).location).toBe(SENSITIVE);
      expect((await thief.get(SENSITIVE)).status).toBe(200);
    });

    it('session_protection strong: a cookie that another browser sends ends the session', async () => {
      const alice = await newcomer();
      protect('strong');
      expect((await copyOf(alice, SAFARI).get(PRIVATE)).status).toBe(303);
      expect(await isIn(alice)).toBe(false);
      const { manager } = app.app.get(Database);
      const [held] = await manager.findBy(Session, { endReason: 'theft' });
      expect(held?.endedAt).toEqual(expect.any(Number));
    });

    it('session_protection off: a cookie is good in every browser', async () => {
      const alice = await newcomer();
      protect('off');
      expect((await copyOf(alice, SAFARI).get(SENSITIVE)).status).toBe(200);
    });

    it('session_protection: a new version of a browser is no other browser', async () => {
      const alice = await newcomer();
      protect('strong');
      expect((await copyOf(alice, NEXT_FIREFOX).get(SENSITIVE)).status).toBe(200);
      expect((await copyOf(alice, '').get(SENSITIVE)).status).toBe(303);
    });

    it('remember_cookie_duration: 30 days with “remember me”, else until the browser is closed', async () => {
      const { name } = await newcomer();
      const attributes = 'Path=/; HttpOnly; SameSite=Lax';
      expect(lineOf(await new Visitor(app.origin).logIn(name), SESSION)).toMatch(
        new RegExp(`=lks_[\\w-]+; ${attributes}$`),
      );
      const remembered = await new Visitor(app.origin).logIn(name, { remember: 'on' });
      expect(lineOf(remembered, SESSION)).toMatch(new RegExp(`=lks_[\\w-]+; Max-Age=2592000; ${attributes}$`));
    });

    it('is_active: a deactivated account is out on its next request, and cannot log in', async () => {
      const alice = await newcomer();
      const users = app.app.get(UsersService);
      const { id = '' } = (await users.findByLogin(alice.name)) ?? {};
      await users.deactivate(OPERATOR, id);
      expect(await isIn(alice)).toBe(false);
      const refused = await alice.logIn(alice.name);
      expect([refused.status, await isIn(alice)]).toEqual([403, false]);
      expect(refused.html).toContain('deactivated');
    });

    it('current_user: every template knows the account', async () => {
      const alice = await newcomer();
      expect((await alice.get('/')).html).toContain(`Hello, ${alice.name}`);
      expect((await alice.get('/')).html).toContain('action="/logout"');
      const stranger = await new Visitor(app.origin).get('/');
      expect(stranger.html).not.toContain('Hello, ');
      expect(stranger.html).toContain('href="/login"');
    });

    it('next: kept through a failed login and on the way to the registration and back', async () => {
      const { name } = await newcomer();
      const next = `${PRIVATE}?a=1&b="<2>`;
      const visitor = new Visitor(app.origin);
      const failed = await visitor.logIn(name, { next, password: 'a wrong password' });
      expect(failed.status).toBe(401);
      const kept = /name="next" value="([^"]*)"/.exec(failed.html)?.[1];
      expect(kept).toBe('/test/private?a=1&amp;b=&#34;&lt;2&gt;');
      const link = /href="(\/register[^"]*)"/.exec(failed.html.slice(failed.html.indexOf('No account')))?.[1] ?? '';
      expect(new URL(link, app.origin).searchParams.get('next')).toBe(next);
      const form = await visitor.get(link);
      expect(form.html).toContain(`name="next" value="${kept}"`);
      const username = newName();
      const fields = { username, email: `${username}@example.com`, password: PASSWORD, next: PRIVATE };
      const refused = await visitor.post('/register', { ...fields, passwordAgain: 'another one' });
      expect([refused.status, hidden(refused, 'next')]).toEqual([400, PRIVATE]);
      expect((await visitor.post('/register', { ...fields, passwordAgain: PASSWORD })).location).toBe(PRIVATE);
    });

    it.each(HOSTILE)('next: %s goes home, through login, registration and without either', async (next) => {
      const alice = await newcomer();
      expect((await new Visitor(app.origin).logIn(alice.name, { next })).location).toBe('/');
      const query = `?next=${encodeURIComponent(next)}`;
      for (const page of ['/login', '/register']) expect((await alice.get(page + query)).location).toBe('/');
      const username = newName();
      const email = `${username}@example.com`;
      const fields = { username, email, password: PASSWORD, passwordAgain: PASSWORD, next };
      expect((await new Visitor(app.origin).post('/register', fields)).location).toBe('/');
    });

    it('flash: shown once, on the page behind a redirect, escaped, and only when we signed it', async () => {
      const alice = await newcomer();
      expect((await alice.get('/')).html).toContain('class="flash success" role="status">Welcome!');
      expect((await alice.get('/')).html).not.toContain('class="flash');
      const saved = await alice.post(PRIVATE);
      expect([saved.status, saved.location, saved.html]).toEqual([303, PRIVATE, '']);
      const signed = alice.cookies.get('latchkey-flash') ?? '';
      expect((await alice.get(PRIVATE)).html).toContain('It is saved.');
      expect(alice.cookies.has('latchkey-flash')).toBe(false);
      for (const forged of [
        `${signed}A`,
        signed.slice(0, -2),
        Buffer.from('["error","x"]').toString('base64url'),
        'x',
      ]) {
        alice.cookies.set('latchkey-flash', forged);
        const { status, html } = await alice.get(PRIVATE);
        expect([forged, status, html.includes('class="flash')]).toEqual([forged, 200, false]);
      }
    });
  });

  describe('a session', () => {
    it('is never the one that a cookie named before the login', async () => {
      const { name } = await newcomer();
      const planted = await newcomer();
      for (const cookie of ['planted', `lks_${'A'.repeat(91)}`, planted.cookies.get(SESSION) ?? '']) {
        const visitor = new Visitor(app.origin, { 'user-agent': SAFARI });
        visitor.cookies.set(SESSION, cookie);
        expect((await visitor.logIn(name)).status).toBe(303);
        expect(visitor.cookies.get(SESSION)).toMatch(/^lks_[\w-]{91}$/);
        expect(visitor.cookies.get(SESSION)).not.toBe(cookie);
        expect((await visitor.get('/')).html).toContain(`Hello, ${name}`);
      }
      expect(await isIn(planted)).toBe(false);
    });

    it('has a new token at every login', async () => {
      const { name } = await newcomer();
      const tokens = new Set<string | undefined>();
      for (let login = 0; login < 3; login += 1) {
        const visitor = new Visitor(app.origin);
        await visitor.logIn(name);
        tokens.add(visitor.cookies.get(SESSION));
      }
      expect(tokens.size).toBe(3);
    });

    it('spares its visitor the login and the registration', async () => {
      const alice = await newcomer();
      for (const page of ['/login', '/register']) {
        expect((await alice.get(page)).location).toBe('/');
        expect((await alice.get(`${page}?next=${PRIVATE}`)).location).toBe(PRIVATE);
        const sent = await alice.post(page, { username: 'bob', password: 'x', next: PRIVATE });
        expect([sent.status, sent.location]).toEqual([303, PRIVATE]);
      }
      expect((await alice.get('/')).html).toContain(`Hello, ${alice.name}`);
    });

    it('ends at the logout, wherever its cookie was copied to', async () => {
      const alice = await newcomer();
      const copy = copyOf(alice);
      const answer = await alice.post('/logout');
      expect([answer.status, answer.location]).toEqual([303, '/']);
      expect(lineOf(answer, SESSION)).toBe(`${SESSION}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`);
      expect((await alice.get('/')).html).toContain('You are logged out.');
      expect([await isIn(alice), await isIn(copy)]).toEqual([false, false]);
      expect((await copy.post('/logout')).status).toBe(303);
    });

    it('does not end by a GET', async () => {
      const alice = await newcomer();
      expect((await alice.get('/logout')).status).toBe(405);
      expect((await alice.send('HEAD', '/logout', undefined, {})).status).toBe(405);
      expect(await isIn(alice)).toBe(true);
    });

    it('is none of the API’s, and no token of the API’s is one', async () => {
      const alice = await newcomer();
      const cookie = [...alice.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      expect((await app.anonymous.get('/users/me', { headers: { cookie } })).status).toBe(401);
      const token = alice.cookies.get(SESSION) ?? '';
      expect((await app.anonymous.as(token).get('/users/me')).status).toBe(401);
      expect((await app.anonymous.post('/auth/refresh', { refreshToken: token })).status).toBe(401);
      const { session } = await app.logIn(alice.name);
      for (const sent of [session.accessToken, session.refreshToken]) {
        const visitor = new Visitor(app.origin, { authorization: `Bearer ${sent}` });
        expect((await visitor.get(PRIVATE)).status).toBe(303);
        visitor.cookies.set(SESSION, sent);
        expect((await visitor.get(PRIVATE)).status).toBe(303);
        visitor.cookies.set(SESSION, sent.replace('lkr_', 'lks_'));
        expect((await visitor.get(PRIVATE)).status).toBe(303);
      }
    });

    it('ends at once when the API ends it: one, all, or by a new password', async () => {
      const ends = {
        one: async (name: string) => {
          const actor = await app.logIn(name);
          const { body } = await actor.get<{ items: { id: string; current: boolean }[] }>('/auth/sessions');
          const { id } = body.items.find(({ current }) => !current) ?? { id: '' };
          return (await actor.delete(`/auth/sessions/${id}`)).status;
        },
        all: async (name: string) => (await (await app.logIn(name)).delete('/auth/sessions')).status,
        password: async (name: string) => {
          const passwords = { currentPassword: PASSWORD, newPassword: 'a longer and better passphrase' };
          const { status } = await (await app.logIn(name)).send('PUT', '/auth/password', passwords);
          return status === 200 ? 204 : status;
        },
      };
      for (const [how, end] of Object.entries(ends)) {
        const alice = await newcomer();
        expect([how, await isIn(alice)]).toEqual([how, true]);
        expect([how, await end(alice.name), await isIn(alice)]).toEqual([how, 204, false]);
      }
    });

    it('ends with its account', async () => {
      const alice = await newcomer();
      const actor = await app.logIn(alice.name);
      expect((await actor.send('DELETE', '/users/me', { password: PASSWORD })).status).toBe(204);
      expect(await isIn(alice)).toBe(false);
      expect((await alice.get('/')).html).toContain('href="/login"');
      expect((await alice.post('/logout')).status).toBe(303);
    });

    it('ends a day after it began, however much it was used', async () => {
      const alice = await newcomer();
      app.clock.advance(DAY - SECOND);
      expect(await isIn(alice)).toBe(true);
      app.clock.advance(SECOND);
      expect(await isIn(alice)).toBe(false);
    });

    it('that is remembered ends after 30 days, or after 14 without use', async () => {
      const { name } = await newcomer();
      const [used, unused] = [new Visitor(app.origin), new Visitor(app.origin)];
      for (const visitor of [used, unused]) await visitor.logIn(name, { remember: 'on' });
      for (const days of [13, 13]) {
        app.clock.advance(days * DAY);
        expect([days, await isIn(used)]).toEqual([days, true]);
      }
      expect(await isIn(unused)).toBe(false);
      app.clock.advance(4 * DAY);
      expect(await isIn(used)).toBe(false);
    });

    it('notes its use once a minute', async () => {
      app.clock.advance(SECOND);
      const alice = await newcomer();
      const began = app.clock.now();
      const { manager } = app.app.get(Database);
      const lastUsed = async () => (await manager.findOneByOrFail(Session, { createdAt: began })).lastUsedAt;
      app.clock.advance(59 * SECOND);
      await Promise.all(times(5).map(() => isIn(alice)));
      expect(await lastUsed()).toBe(began);
      app.clock.advance(SECOND);
      const writes = jest.spyOn(manager, 'update');
      await isIn(alice);
      await isIn(alice);
      expect(writes).toHaveBeenCalledTimes(1);
      writes.mockRestore();
      expect(await lastUsed()).toBe(began + 60 * SECOND);
    });

    it('is begun and ended by many at once', async () => {
      const { name } = await newcomer();
      const visitors = times(20).map(() => new Visitor(app.origin));
      const logins = await Promise.all(visitors.map((visitor) => visitor.logIn(name)));
      expect(logins.map(({ status }) => status)).toEqual(times(20).map(() => 303));
      expect(new Set(visitors.map(({ cookies }) => cookies.get(SESSION))).size).toBe(20);
      const [one, ...others] = visitors;
      const copies = times(20).map(() => copyOf(one ?? new Visitor(app.origin)));
      const logouts = await Promise.all(copies.map((copy) => copy.post('/logout')));
      expect(logouts.map(({ status }) => status)).toEqual(times(20).map(() => 303));
      expect(await Promise.all([...(one ? [one] : []), ...others].map(isIn))).toEqual([
        false,
        ...others.map(() => true),
      ]);
    });

    it('is none where the cookie is forged, cut or too long, and no page breaks', async () => {
      const alice = await newcomer();
      const token = alice.cookies.get(SESSION) ?? '';
      const forged = [
        ...['lks_', 'x', '%', '%00', '"', 'null', '[object Object]', '../../etc/passwd', '<script>', 'é'.repeat(3)],
        ...[token.slice(1), token.slice(0, -1), token.slice(0, 20), `${token}A`, `${token}=`, token.toUpperCase()],
        ...[token.replace('lks_', 'lkr_'), `lks_${'A'.repeat(8000)}`, encodeURIComponent(`${token}\0`)],
      ];
      for (const value of forged) {
        const header = { cookie: encodeURI(`${SESSION}=${value}`) };
        const visitor = new Visitor(app.origin);
        const [home, page] = [await visitor.get('/', header), await visitor.get(PRIVATE, header)];
        expect([value, home.status, page.status]).toEqual([value, 200, 303]);
        expect(home.html).not.toContain('Hello, ');
      }
      const junk = `${'x=y; '.repeat(2000)}${SESSION}=${token}`;
      expect((await new Visitor(app.origin).get(PRIVATE, { cookie: junk })).status).toBe(200);
      expect((await new Visitor(app.origin).get('/', { cookie: `x=${'y'.repeat(20_000)}` })).status).toBe(431);
    });
  });

  describe('a form', () => {
    const form = (visitor: Visitor, headers: Record<string, string>, fields: Record<string, string> = {}) =>
      visitor.send('POST', PRIVATE, new URLSearchParams(fields), headers);

    it('must come from this site, by what the browser says of it', async () => {
      const alice = await newcomer();
      const token = hidden(await alice.get(PRIVATE), '_csrf');
      const { host } = new URL(app.origin);
      const cases: [number, Record<string, string>, string][] = [
        [303, { 'sec-fetch-site': 'same-origin' }, ''],
        [403, { 'sec-fetch-site': 'cross-site' }, token],
        [403, { 'sec-fetch-site': 'same-site', origin: app.origin }, token],
        [403, { 'sec-fetch-site': 'none', origin: app.origin }, token],
        [403, { 'sec-fetch-site': '' }, token],
        [403, { 'sec-fetch-site': 'same-origin, cross-site' }, token],
        [303, { origin: app.origin }, ''],
        [403, { origin: 'null' }, token],
        [403, { origin: '' }, token],
        [403, { origin: 'http://evil.example' }, token],
        [403, { origin: `http://${host}.evil.example` }, token],
        [403, { origin: `http://${host}@evil.example` }, token],
        [403, { origin: 'http://127.0.0.1:1' }, token],
        [403, { origin: `http://localhost:${new URL(app.origin).port}` }, token],
        [303, {}, token],
        [403, {}, ''],
        [403, {}, `${token}x`],
        [403, {}, 'null'],
      ];
      for (const [status, headers, sent] of cases) {
        expect([headers, sent, (await form(alice, headers, { _csrf: sent })).status]).toEqual([headers, sent, status]);
      }
    });

    it('has a token of its own session and browser, and of no other', async () => {
      const [alice, bob] = [await newcomer(), await newcomer()];
      const token = hidden(await alice.get(PRIVATE), '_csrf');
      expect((await form(bob, {}, { _csrf: token })).status).toBe(403);
      bob.cookies.set('latchkey-csrf', alice.cookies.get('latchkey-csrf') ?? '');
      expect((await form(bob, {}, { _csrf: token })).status).toBe(403);
      const copy = copyOf(alice);
      copy.cookies.delete('latchkey-csrf');
      expect((await form(copy, {}, { _csrf: token })).status).toBe(403);
      expect((await form(alice, {}, { _csrf: token })).status).toBe(303);
      const twice = new URLSearchParams([
        ['_csrf', token],
        ['_csrf', token],
      ]);
      expect((await alice.send('POST', PRIVATE, twice, {})).status).toBe(403);
    });

    it('of a visitor has a token too, which ends at the login', async () => {
      const { name } = await newcomer();
      const visitor = new Visitor(app.origin);
      const token = hidden(await visitor.get('/login'), '_csrf');
      const fields = new URLSearchParams({ username: name, password: PASSWORD, _csrf: token });
      expect((await visitor.send('POST', '/login', fields, {})).status).toBe(303);
      expect((await form(visitor, {}, { _csrf: token })).status).toBe(403);
      const next = hidden(await visitor.get('/'), '_csrf');
      expect((await visitor.send('POST', '/logout', new URLSearchParams({ _csrf: next }), {})).status).toBe(303);
    });

    it('is nothing but a form', async () => {
      const bodies = {
        'application/json': '{"username":{"a":1},"next":[1]}',
        'text/plain': 'username=a',
        'text/xml': '<a/>',
      };
      for (const [type, body] of Object.entries(bodies)) {
        for (const page of ['/login', '/register', '/logout']) {
          const headers = { 'content-type': type, 'sec-fetch-site': 'same-origin' };
          const { status } = await fetch(app.origin + page, { method: 'POST', redirect: 'manual', body, headers });
          expect([type, page, status]).toEqual([type, page, 415]);
        }
      }
    });

    it('of any content gets a page, whatever its size', async () => {
      const visitor = new Visitor(app.origin);
      const hostile = [
        '',
        '\0',
        '\ud800',
        '<script>alert(1)</script>',
        "' OR 1=1 --",
        '{{ account }}',
        '%',
        'é'.repeat(300),
      ];
      for (const value of hostile) {
        const fields = {
          username: value,
          email: value,
          password: value,
          passwordAgain: value,
          next: value,
          remember: value,
        };
        for (const page of ['/login', '/register']) {
          const { status, html } = await visitor.post(page, fields);
          expect([page, value, status === 400 || status === 401]).toEqual([page, value, true]);
          expect(html).not.toContain('<script>alert');
          expect(html).toContain('</html>');
        }
      }
      const large = await visitor.post('/login', { username: 'x'.repeat(2_000_000), password: 'x' });
      expect([large.status, large.html.includes('</html>')]).toEqual([413, true]);
      const many = new URLSearchParams('f=x&'.repeat(300));
      expect((await visitor.send('POST', '/login', many, { 'sec-fetch-site': 'same-origin' })).status).toBe(400);
    });

    it('of a registration says what is wrong with which field, keeps what was typed, and no password', async () => {
      const { name } = await newcomer();
      const visitor = new Visitor(app.origin);
      const send = (fields: Record<string, string>) =>
        visitor.post('/register', {
          username: newName(),
          email: `${newName()}@example.com`,
          passwordAgain: fields['password'] ?? PASSWORD,
          password: PASSWORD,
          ...fields,
        });
      const taken = await send({ username: name.toUpperCase(), email: `${name}@example.com` });
      expect(taken.status).toBe(409);
      expect(taken.html).toContain('id="username-error">Username is already taken.');
      expect(taken.html).toContain('id="email-error">Email is already taken.');
      expect(taken.html).toContain(`value="${name.toUpperCase()}"`);
      expect(taken.html).toContain(`value="${name}@example.com"`);
      for (const [field, value] of [
        ['username', 'x'],
        ['username', 'two words'],
        ['email', 'nobody'],
        ['password', 'short'],
        ['password', 'password1234'],
        ['passwordAgain', 'another passphrase than that'],
      ] as const) {
        const { status, html } = await send({ [field]: value });
        expect([field, value, status, html.includes(`id="${field}-error"`)]).toEqual([field, value, 400, true]);
        expect(html).not.toContain(PASSWORD);
        if (field.startsWith('password')) expect(html).not.toContain(`value="${value}"`);
      }
    });

    it('of a login answers the same for an unknown name and a wrong password', async () => {
      const { name } = await newcomer();
      const visitor = new Visitor(app.origin);
      await visitor.get('/login');
      const known = await visitor.logIn(name, { password: 'a wrong password', remember: 'on' });
      const unknown = await visitor.logIn('nobody-at-all', { password: 'a wrong password', remember: 'on' });
      expect(told(known, name)).toEqual(told(unknown, 'nobody-at-all'));
      expect(known.status).toBe(401);
      expect(known.html).toContain(' checked>');
      expect(known.html).not.toContain('a wrong password');
      expect([...known.headers.keys()].sort()).toEqual([...unknown.headers.keys()].sort());
    });
  });
});

onEachDatabase((dialect) => {
  const HTTPS = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'notes.example.com' };
  let app: TestApp;

  beforeAll(async () => {
    const strict = { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1', EMAIL_VERIFICATION: 'required' };
    app = await TestApp.start(dialect, strict, [TestPagesController]);
  });

  beforeEach(() => app.empty());

  afterAll(() => app.stop());

  describe('behind a proxy with TLS, where addresses must be verified and attempts are limited', () => {
    let time: SystemTime;

    beforeEach(() => {
      time = SystemTime.stop();
    });

    afterEach(() => jest.restoreAllMocks());

    const secure = (more: Record<string, string> = {}) => new Visitor(app.origin, { ...HTTPS, ...more });

    const registerAlice = async () => {
      const account = { username: 'alice', email: 'alice@example.com', password: PASSWORD };
      expect((await app.anonymous.post('/auth/register', account)).status).toBe(202);
      await app.prove(account.email);
    };

    it('a registration leads to the login, which leads on once the address is verified', async () => {
      const alice = secure();
      const email = 'alice@example.com';
      const fields = { username: 'alice', email, password: PASSWORD, passwordAgain: PASSWORD, next: PRIVATE };
      const registered = await alice.post('/register', fields);
      expect([registered.status, registered.location]).toEqual([303, '/login?next=%2Ftest%2Fprivate']);
      expect((await alice.get('/login')).html).toContain('Follow the link that was mailed to you');
      expect(alice.cookies.has(`__Host-${SESSION}`)).toBe(false);
      const refused = await alice.logIn('alice', { next: PRIVATE });
      expect([refused.status, hidden(refused, 'next')]).toEqual([403, PRIVATE]);
      await app.prove(email);
      expect((await alice.logIn('alice', { next: PRIVATE })).location).toBe(PRIVATE);
      expect((await alice.get(PRIVATE)).status).toBe(200);
    });

    it('cookies are for this host, TLS and HTTP alone', async () => {
      await registerAlice();
      const alice = secure();
      const answer = await alice.logIn('alice', { remember: 'on' });
      const lines = [...answer.headers.getSetCookie(), ...(await secure().get('/')).headers.getSetCookie()];
      expect(lines.map((line) => line.split('=', 1)[0]).sort()).toEqual([
        '__Host-latchkey-csrf',
        '__Host-latchkey-device',
        `__Host-${SESSION}`,
      ]);
      for (const line of lines) expect(line).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=(Lax|Strict)$/);
      const plain = new Visitor(app.origin, HTTPS);
      plain.cookies.set(SESSION, alice.cookies.get(`__Host-${SESSION}`) ?? '');
      expect((await plain.get(PRIVATE)).status).toBe(303);
    });

    it('a form of the same host without TLS is another site’s', async () => {
      const alice = secure();
      for (const [origin, status] of [
        ['https://notes.example.com', 303],
        ['http://notes.example.com', 403],
        ['https://notes.example.com:8443', 403],
      ] as const) {
        const answer = await alice.send('POST', '/logout', new URLSearchParams(), { origin });
        expect([origin, answer.status]).toEqual([origin, status]);
      }
    });

    it('a throttled login says when to come back, and counts with the API’s', async () => {
      await registerAlice();
      const guess = (from: number) =>
        secure({ 'x-forwarded-for': `198.51.100.${from}` }).logIn('alice', { password: 'a wrong password' });
      for (const index of times(3)) {
        expect((await guess(index)).status).toBe(401);
        const { status } = await app.anonymous.post('/auth/login', { username: 'alice', password: 'a wrong password' });
        expect(status).toBe(401);
      }
      const page = await secure().logIn('alice');
      expect([page.status, page.headers.get('retry-after')]).toEqual([429, '2']);
      expect(page.html).toContain('in a few seconds');
      expect(page.headers.get('content-type')).toContain('text/html');
      const api = await app.anonymous.post<Problem>('/auth/login', { username: 'alice', password: PASSWORD });
      expect([api.status, api.body.code, api.headers.get('retry-after')]).toEqual([429, 'rate_limited', '2']);
      time.now += 2 * SECOND;
      expect((await secure().logIn('alice')).status).toBe(303);
    });

    it('no way of writing a form is a way around the limits', async () => {
      await registerAlice();
      for (const index of times(6)) {
        expect([index, (await secure().logIn('alice', { password: 'a wrong password' })).status]).toEqual([index, 401]);
      }
      const same = { 'sec-fetch-site': 'same-origin' };
      const writings = [
        'username=alice&username=alice',
        'username=x&username=alice',
        'username=alice&username=x',
        'username[]=alice',
        'username=ALICE',
        'username=%0D%0Aalice',
        'username=alice%0D%0A',
        'username=alice%20',
        'USERNAME=alice',
        'username=alice%00',
      ];
      for (const writing of writings) {
        const fields = new URLSearchParams(`${writing}&password=${encodeURIComponent(PASSWORD)}`);
        const { status } = await secure().send('POST', '/login', fields, same);
        expect([writing, [400, 401, 429].includes(status)]).toEqual([writing, true]);
      }
      expect((await secure().logIn('alice')).status).toBe(429);
    });

    it('forms of other sites are not counted as attempts', async () => {
      await registerAlice();
      const fields = new URLSearchParams({ username: 'alice', password: 'a wrong password' });
      for (const index of times(8)) {
        const { status } = await secure().send('POST', '/login', fields, { 'sec-fetch-site': 'cross-site' });
        expect([index, status]).toEqual([index, 403]);
      }
      expect((await secure().logIn('alice')).status).toBe(303);
    });
  });
});
