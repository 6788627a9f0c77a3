import type { Browser } from 'playwright-core';
import { ExternalProviders } from '../src/auth/external/providers/external-providers.service';
import { RefusalRecorder } from '../src/auth/refusals/refusal-recorder.service';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { Database } from '../src/platform/database/database.service';
import { User } from '../src/users/user.entity';
import { UsersService } from '../src/users/users.service';
import { TestApp } from './support/app';
import { Authenticator } from './support/authenticator';
import { launchBrowser } from './support/browser';
import { PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';
import { IdentityProvider } from './support/identity-provider';
import { Person } from './support/people';
import { type PageAnswer, Visitor } from './support/visitor';

const IDENTITIES = '/account/security/identities';
const EXPIRED = 'That did not work:';
const CODE = /^\d{8}$/m;

/** What visitors may be asked to go to next, and must not. */
const HOSTILE = [
  '//evil.example',
  'https://evil.example',
  '/\\evil.example',
  '/%2Fevil.example',
  'javascript:alert(1)',
];

/** A provider by two names, one that is down, and GitHub, of which nothing is asked. */
const environmentOf = (idp: IdentityProvider) => ({
  EXTERNAL_PROVIDERS: 'acme,twin,gone,github',
  ...Object.fromEntries(
    ['ACME', 'TWIN', 'GONE', 'GITHUB'].flatMap((name) => [
      [`EXTERNAL_${name}_CLIENT_ID`, 'latchkey'],
      [`EXTERNAL_${name}_CLIENT_SECRET`, 'secret'],
    ]),
  ),
  EXTERNAL_ACME_ISSUER: idp.issuer,
  EXTERNAL_ACME_NAME: 'Acme Inc.',
  EXTERNAL_TWIN_ISSUER: idp.issuer,
  EXTERNAL_GONE_ISSUER: 'http://127.0.0.1:1',
});

/** Where a page sends the browser on to. */
const targetOf = ({ status, headers, html }: PageAnswer): URL => {
  const target = /^0;url=(.*)$/.exec(headers.get('refresh') ?? '')?.[1];
  if (target === undefined) throw new Error(`${status} leads nowhere: ${html}`);
  return new URL(target);
};

/** Visits a provider, which sends the browser back. */
const visit = async (target: URL): Promise<string> => {
  const answer = await fetch(target, { redirect: 'manual' });
  const { pathname, search } = new URL(answer.headers.get('location') ?? 'missing:');
  return pathname + search;
};

onEachDatabase((dialect) => {
  let app: TestApp;
  let idp: IdentityProvider;

  beforeAll(async () => {
    idp = await IdentityProvider.start();
    app = await TestApp.start(dialect, environmentOf(idp));
  });

  beforeEach(async () => {
    await app.empty();
    idp.reset();
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(async () => {
    await app.stop();
    await idp.stop();
  });

  const newVisitor = () => new Visitor(app.origin);
  const identify = (sub: string, email?: string) => {
    idp.claims = { sub, ...(email !== undefined && { email, email_verified: true }) };
  };
  const isIn = async (visitor: Visitor) => (await visitor.get('/account')).status === 200;
  const nameOf = async (visitor: Visitor) =>
    /name="username"[^>]*value="([^"]*)"/.exec((await visitor.get('/account/profile')).html)?.[1];
  const sessions = () => app.app.get(Database).manager.query<unknown[]>('SELECT "id" FROM "sessions"');

  /** Goes to a provider and comes back. @returns the address to which the provider sends the browser */
  const leave = async (visitor: Visitor, fields: Record<string, string> = {}, path = '/login/external/acme') =>
    visit(targetOf(await visitor.post(path, fields)));

  /** Goes to a provider, comes back, and goes where that leads. */
  const signIn = async (visitor: Visitor, fields: Record<string, string> = {}, path?: string) => {
    const back = await visitor.get(await leave(visitor, fields, path));
    expect([back.status, back.location]).toEqual([303, '/login/external']);
    return visitor.get('/login/external');
  };

  /** A visitor who has nothing but the account at the provider. */
  const outsider = async (sub = '1', email = 'alice@acme.example') => {
    identify(sub, email);
    const visitor = newVisitor();
    expect((await signIn(visitor)).location).toBe('/');
    return visitor;
  };

  /** A visitor with a password and a proven address, who is logged in. */
  const insider = async (name: string) => {
    await app.registerProven(name);
    const visitor = newVisitor();
    await visitor.logIn(name);
    return visitor;
  };

  const link = async (visitor: Visitor, sub: string, email?: string) => {
    identify(sub, email);
    expect((await signIn(visitor, {}, `${IDENTITIES}/link/acme`)).location).toBe(`${IDENTITIES}/link`);
    return visitor.post(`${IDENTITIES}/link`);
  };

  const idsIn = ({ html }: PageAnswer) =>
    [...html.matchAll(/identities\/([\w-]{36})\/remove/g)].map(([, id = '']) => id);

  const codeTo = async (email: string) => CODE.exec((await app.mailTo(email)).at(-1)?.text ?? '')?.[0] ?? 'no code';

  it('login and registration have a button for each provider, that keeps where the visitor wants to go; without any, none', async () => {
    for (const path of ['/login', '/register']) {
      const { html } = await newVisitor().get(`${path}?next=/notes`);
      expect(html).toContain('formaction="/login/external/acme" formnovalidate>Sign in with Acme Inc.<');
      expect(html).toContain('formaction="/login/external/github" formnovalidate>Sign in with GitHub<');
      expect(html).toContain('name="next" value="/notes"');
    }
    jest.replaceProperty(app.app.get(ExternalProviders), 'all', []);
    for (const path of ['/login', '/register'])
      expect((await newVisitor().get(path)).html).not.toContain('/login/external/');
  });

  it('a new person is signed in where they wanted to go, remembered if they wish, and no code stands in an address of ours', async () => {
    identify('1', 'alice@acme.example');
    const visitor = newVisitor();
    const left = await visitor.post('/login/external/acme', { next: '/notes?q=a', remember: 'on', password: 'typed' });
    expect([left.status, left.html.includes('You are being sent to Acme Inc.')]).toEqual([200, true]);
    expect(left.headers.get('content-security-policy')).toContain("form-action 'self'");
    const target = targetOf(left);
    expect([target.origin, target.searchParams.get('prompt')]).toEqual([idp.issuer, null]);
    const back = await visitor.get(await visit(target));
    expect([back.status, back.location]).toEqual([303, '/login/external']);
    expect(await sessions()).toEqual([]);
    const done = await visitor.get('/login/external');
    expect([done.status, done.location]).toEqual([303, '/notes?q=a']);
    expect(done.headers.getSetCookie().join()).toMatch(/latchkey-session=[^;]+; Max-Age=\d{6,}/);
    expect(await nameOf(visitor)).toBe('alice');
    // Going back or reloading changes nothing.
    expect((await visitor.get('/login/external')).location).toBe('/notes?q=a');
    expect((await visitor.post('/login/external/acme')).location).toBe('/');
    expect(await sessions()).toHaveLength(1);
    const again = await outsider();
    expect(await nameOf(again)).toBe('alice');
  });

  it('what no path of the site is, or is too long for the cookie, is not kept as the way to go on', async () => {
    for (const next of [...HOSTILE, `/${'a'.repeat(15_000)}`]) {
      const visitor = newVisitor();
      await visitor.post('/login/external/acme', { next });
      // Browsers keep no larger one.
      expect(visitor.cookies.get('latchkey-external')?.length).toBeLessThan(4000);
    }
  });

  it('M6 an account with a second factor has to prove it, and before that there is no session', async () => {
    const visitor = await outsider('1', 'alice@acme.example');
    const users = app.app.get(Database).manager;
    await users.update(User, { username: 'alice' }, { requiresSecondFactor: true });
    const enrolling = newVisitor();
    expect((await signIn(enrolling, { next: '/notes' })).location).toBe('/login/enroll?next=%2Fnotes');
    expect((await visitor.get('/account/security/totp')).status).toBe(200);
    const added = await visitor.post('/account/security/totp');
    const setUp = await visitor.get(added.location ?? '');
    const secret = /<code class="key">([^<]*)</.exec(setUp.html)?.[1]?.replaceAll(' ', '') ?? '';
    const authenticator = Authenticator.with(app, secret);
    expect((await visitor.post(added.location ?? '', { code: authenticator.code() })).status).toBe(200);
    app.clock.advance(30_000);
    const before = await sessions();
    const halfIn = newVisitor();
    expect((await signIn(halfIn, { next: '/notes' })).location).toBe('/login/second-factor?next=%2Fnotes');
    expect([...halfIn.cookies.keys()].filter((name) => /session|device/.test(name))).toEqual([]);
    expect(await sessions()).toEqual(before);
    const done = await halfIn.post('/login/second-factor', { totp: authenticator.code(), next: '/notes' });
    expect([done.location, await isIn(halfIn)]).toEqual(['/notes', true]);
  });

  it('X6 the address of a proven account leads to its owner, who logs in as usual and links, and comes back in with the provider', async () => {
    await app.registerProven('alice');
    identify('1', 'Alice@EXAMPLE.com');
    const visitor = newVisitor();
    const { location } = await signIn(visitor, { next: '/notes' });
    expect(location).toBe(`/login?next=${encodeURIComponent(`${IDENTITIES}/link`)}`);
    expect((await visitor.get(location ?? '')).html).toContain(
      'An account here already has the address Alice@EXAMPLE.com.',
    );
    expect(await isIn(visitor)).toBe(false);
    expect((await visitor.logIn('alice', { next: `${IDENTITIES}/link` })).location).toBe(`${IDENTITIES}/link`);
    const offer = await visitor.get(`${IDENTITIES}/link`);
    expect(offer.html).toContain('Acme Inc. account <strong>Alice@EXAMPLE.com</strong> to <strong>alice</strong>?');
    const linked = await visitor.post(`${IDENTITIES}/link`);
    expect([linked.status, linked.location]).toEqual([303, '/notes']);
    const later = newVisitor();
    expect((await signIn(later)).location).toBe('/');
    expect(await nameOf(later)).toBe('alice');
  });

  it('X6 the link that one account needs is nothing to another', async () => {
    await app.registerProven('alice');
    identify('1', 'alice@example.com');
    await app.registerProven('bob');
    const visitor = newVisitor();
    await signIn(visitor);
    await visitor.logIn('bob');
    const { location } = await visitor.get(`${IDENTITIES}/link`);
    expect((await visitor.get(location ?? '')).html).toContain(EXPIRED);
    expect((await visitor.post(`${IDENTITIES}/link`)).status).toBe(303);
    expect(idsIn(await visitor.get(IDENTITIES))).toEqual([]);
  });

  it('X6 an address that the provider has not verified, or none, is proven by a mailed code first', async () => {
    idp.claims = { sub: '1', email: 'carol@acme.example', email_verified: false };
    const visitor = newVisitor();
    expect((await signIn(visitor, { next: '/notes' })).location).toBe('/login/external-email');
    expect((await visitor.get('/login/external-email')).html).toContain('value="carol@acme.example"');
    const refused = await visitor.post('/login/external-email', { email: 'nobody' });
    expect([refused.status, refused.html.includes('id="email-error"')]).toEqual([400, true]);
    const sent = await visitor.post('/login/external-email', { email: 'dora@example.com' });
    expect(sent.location).toBe('/login/external-email/code');
    expect((await visitor.get('/login/external-email/code')).html).toContain('dora@example.com');
    const code = await codeTo('dora@example.com');
    const wrong = String((Number(code) + 1) % 1e8).padStart(8, '0');
    const judged = await visitor.post('/login/external-email/code', { code: wrong });
    expect([judged.status, judged.html.includes('Code is wrong.')]).toEqual([401, true]);
    // The code is good only in the browser that was at the provider.
    const other = await newVisitor().post('/login/external-email/code', { code });
    expect([other.status, other.location]).toEqual([303, '/login']);
    const grouped = `${code.slice(0, 4)} ${code.slice(4)}`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => visitor.post('/login/external-email/code', { code: grouped })),
    );
    expect(answers.filter(({ location }) => location === '/notes')).toHaveLength(1);
    expect([await sessions(), await nameOf(visitor)]).toMatchObject([{ length: 1 }, 'carol']);
  });

  it('five wrong codes end it, and the address of a proven account leads to its owner', async () => {
    await app.registerProven('alice');
    identify('1');
    const visitor = newVisitor();
    await signIn(visitor);
    await visitor.post('/login/external-email', { email: 'alice@example.com' });
    const code = await codeTo('alice@example.com');
    const wrong = { code: String((Number(code) + 1) % 1e8).padStart(8, '0') };
    for (let guess = 0; guess < 4; guess += 1) await visitor.post('/login/external-email/code', wrong);
    const led = await visitor.post('/login/external-email/code', { code });
    expect(led.location).toBe(`/login?next=${encodeURIComponent(`${IDENTITIES}/link`)}`);
    await signIn(visitor);
    await visitor.post('/login/external-email', { email: 'alice@example.com' });
    for (let guess = 0; guess < 5; guess += 1) await visitor.post('/login/external-email/code', wrong);
    const ended = await visitor.post('/login/external-email/code', { code: await codeTo('alice@example.com') });
    expect(ended.location).toBe('/login');
    expect((await visitor.get('/login')).html).toContain(EXPIRED);
  });

  it('X6 a deactivated account is told so', async () => {
    await outsider();
    const account = await app.app.get(Database).manager.findOneByOrFail(User, { username: 'alice' });
    await app.app.get(UsersService).deactivate(OPERATOR, account.id);
    const visitor = newVisitor();
    const { status, html } = await signIn(visitor);
    expect([status, html.includes('deactivated')]).toEqual([403, true]);
    expect(await isIn(visitor)).toBe(false);
  });

  describe('what goes wrong at the provider is a page with its status', () => {
    const back = async (path?: string) => {
      const visitor = newVisitor();
      return { visitor, answer: await visitor.get(await leave(visitor, { next: '/notes' }, path)) };
    };

    it('a visitor who stops there may try again', async () => {
      idp.redirect = (url) => {
        url.searchParams.delete('code');
        url.searchParams.set('error', 'access_denied');
      };
      const { answer } = await back();
      expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'text/html; charset=utf-8']);
      expect(answer.html).toContain('You are not signed in');
      expect(answer.html).toContain('href="/login?next=%2Fnotes">Try again<');
    });

    it('X8 a provider that is down, at the start or afterwards', async () => {
      const start = await newVisitor().post('/login/external/gone', { next: '/notes' });
      expect([start.status, start.html.includes('The other site does not answer')]).toEqual([503, true]);
      idp.tamper = (answer) => {
        answer.statusCode = 500;
        answer.body = {};
      };
      const { answer } = await back();
      expect([answer.status, answer.html.includes('The other site does not answer')]).toEqual([503, true]);
    });

    const refusals = async (): Promise<unknown[]> => {
      await app.app.get(RefusalRecorder).settled();
      const statement = `SELECT "id" FROM "audit_events" WHERE "type" = 'external.refused'`;
      return app.app.get(Database).manager.query(statement);
    };

    it('X1 a provider that lies, which is recorded once', async () => {
      const before = await refusals();
      idp.forge = ({ payload }) => Object.assign(payload, { aud: 'somebody-else' });
      const { answer, visitor } = await back();
      expect([answer.status, answer.html.includes('This sign-in is not valid')]).toEqual([401, true]);
      expect(await refusals()).toHaveLength(before.length + 1);
      expect((await visitor.get('/login/external')).location).toBe('/login?next=%2Fnotes');
      expect(await sessions()).toEqual([]);
    });

    it('a provider that is not there is no page', async () => {
      expect((await newVisitor().post('/login/external/nobody')).status).toBe(404);
      expect((await newVisitor().get('/api/v1/auth/external/nobody/callback')).status).toBe(404);
    });

    it('programs get a problem', async () => {
      const answer = await newVisitor().get('/api/v1/auth/external/acme/callback?state=x', { accept: '*/*' });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        401,
        'application/problem+json; charset=utf-8',
      ]);
    });
  });

  describe('X3 an answer of a provider', () => {
    beforeEach(() => identify('666', 'mallory@evil.example'));

    const refused = async (visitor: Visitor, path: string) => {
      const answer = await visitor.get(path);
      expect([answer.status, answer.html.includes('This sign-in is not valid')]).toEqual([401, true]);
      expect((await visitor.get('/login/external')).location).toMatch(/^\/login/);
      expect(await isIn(visitor)).toBe(false);
    };

    it('that a stranger hands on signs no one in to the account of the stranger (login CSRF)', async () => {
      const stolen = await leave(newVisitor());
      await refused(newVisitor(), stolen);
      const busy = newVisitor();
      await leave(busy);
      await refused(busy, stolen);
    });

    it('is good once: of 20 at once one leads on, and of 20 results at once one is a session (X4)', async () => {
      const visitor = newVisitor();
      const path = await leave(visitor);
      const backs = await Promise.all(Array.from({ length: 20 }, () => visitor.get(path)));
      expect(backs.map(({ status }) => status).sort()).toEqual([303, ...Array.from({ length: 19 }, () => 401)]);
      const results = await Promise.all(Array.from({ length: 20 }, () => visitor.get('/login/external')));
      expect(results.filter(({ location }) => location === '/')).toHaveLength(1);
      expect(await sessions()).toHaveLength(1);
      expect((await visitor.get(path)).status).toBe(401);
    });

    it('of another provider, or to the address of another one, is refused (mix-up)', async () => {
      const visitor = newVisitor();
      await refused(visitor, (await leave(visitor)).replace('/acme/', '/twin/'));
      const misled = newVisitor();
      await refused(misled, `${await leave(misled)}&iss=https%3A%2F%2Fevil.example`);
    });

    it('is valid for ten minutes, and its result for one (X4)', async () => {
      const late = newVisitor();
      const path = await leave(late);
      app.clock.advance(600_000);
      await refused(late, path);
      const slow = newVisitor();
      await slow.get(await leave(slow));
      app.clock.advance(60_000);
      expect((await slow.get('/login/external')).location).toBe('/login');
    });

    it('to a client of the API is nothing to pages', async () => {
      const visitor = newVisitor();
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const started = await fetch(`${app.origin}/api/v1/auth/external/acme/start`, {
        ...{ method: 'POST', headers, body: JSON.stringify({ intent: 'login' }) },
      });
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(started.headers.getSetCookie()[0] ?? '') ?? [];
      visitor.cookies.set(name, value);
      const { authorizationUrl } = (await started.json()) as { authorizationUrl: string };
      expect((await visitor.get(await visit(new URL(authorizationUrl)))).location).toMatch(/#code=lkx_/);
      expect((await visitor.get('/login/external')).location).toBe('/login');
      expect(await isIn(visitor)).toBe(false);
    });
  });

  it('X5 a sign-in leads to no other site', async () => {
    for (const [index, next] of HOSTILE.entries()) {
      identify(`x${index}`, `x${index}@acme.example`);
      expect((await signIn(newVisitor(), { next })).location).toBe('/');
    }
  });

  it('no other site starts anything', async () => {
    const alice = await insider('alice');
    for (const path of ['/login/external/acme', `${IDENTITIES}/link/acme`, '/account/step-up/external/acme']) {
      const answer = await alice.post(path, {}, { 'sec-fetch-site': 'cross-site' });
      expect([answer.status, answer.headers.get('refresh')]).toEqual([403, null]);
    }
  });

  describe('the owner of an account', () => {
    it('is told when the address that names an account is only what its user entered there', async () => {
      const alice = await insider('alice');
      idp.claims = { sub: '666', email: 'alice@example.com', email_verified: false };
      await signIn(alice, {}, `${IDENTITIES}/link/acme`);
      const { html } = await alice.get(`${IDENTITIES}/link`);
      expect(html).toContain('<strong>alice@example.com</strong> (an address that Acme Inc. has not verified) to');
    });

    it('links an account at a provider after seeing which it is, sees it listed, and unlinks it', async () => {
      const alice = await insider('alice');
      expect((await alice.get('/account/security')).html).toContain(`href="${IDENTITIES}"`);
      expect((await alice.get(IDENTITIES)).html).toContain('>Link Acme Inc.<');
      identify('1', 'alice@acme.example');
      await signIn(alice, {}, `${IDENTITIES}/link/acme`);
      // It may take the time that a person needs.
      app.clock.advance(200_000);
      expect((await alice.get(`${IDENTITIES}/link`)).html).toContain(
        'Acme Inc. account <strong>alice@acme.example</strong>',
      );
      expect(idsIn(await alice.get(IDENTITIES))).toEqual([]);
      expect((await alice.post(`${IDENTITIES}/link`)).location).toBe(IDENTITIES);
      const list = await alice.get(IDENTITIES);
      expect(list.html).toMatch(/Acme Inc\. <span class="meta">alice@acme\.example<\/span><\/th>[^]*<td>Never<\/td>/);
      const [id = ''] = idsIn(list);
      const [bob, path] = [await insider('bob'), `${IDENTITIES}/${id}/remove`];
      expect([(await bob.get(path)).status, (await bob.post(path)).status]).toEqual([404, 404]);
      expect((await alice.get(path)).html).toContain('account <strong>alice@acme.example</strong>');
      expect((await alice.post(path)).location).toBe(IDENTITIES);
      expect(idsIn(await alice.get(IDENTITIES))).toEqual([]);
    });

    it('E2 is asked again before a link and before it is undone', async () => {
      const alice = await insider('alice');
      await link(alice, '1', 'alice@acme.example');
      const [id = ''] = idsIn(await alice.get(IDENTITIES));
      await signIn(alice, {}, `${IDENTITIES}/link/acme`);
      app.clock.advance(301_000);
      const answers = [
        await alice.post(`${IDENTITIES}/link/acme`),
        await alice.get(`${IDENTITIES}/link`),
        await alice.post(`${IDENTITIES}/link`),
        await alice.get(`${IDENTITIES}/${id}/remove`),
        await alice.post(`${IDENTITIES}/${id}/remove`),
      ];
      for (const { status, location } of answers) {
        expect([status, location?.split('?')[0]]).toEqual([303, '/account/step-up']);
      }
      const proven = await alice.post('/account/step-up', { method: 'password', password: PASSWORD, next: IDENTITIES });
      expect(proven.location).toBe(IDENTITIES);
      expect((await alice.post(`${IDENTITIES}/${id}/remove`)).location).toBe(IDENTITIES);
    });

    it('X7 is told of an account that is linked to another one, and no one is signed out', async () => {
      const [alice, bob] = [await insider('alice'), await insider('bob')];
      await link(alice, '1', 'alice@acme.example');
      const { status, html } = await link(bob, '1', 'alice@acme.example');
      expect([status, html.includes('It is already linked to an account.')]).toEqual([409, true]);
      expect([await isIn(alice), await isIn(bob)]).toEqual([true, true]);
      expect(idsIn(await bob.get(IDENTITIES))).toEqual([]);
    });

    it('X3 a link that was started for one account links nothing to another one in the same browser', async () => {
      const browser = await insider('alice');
      identify('1', 'x@acme.example');
      await signIn(browser, {}, `${IDENTITIES}/link/acme`);
      await browser.post('/logout');
      await app.registerProven('bob');
      await browser.logIn('bob');
      expect((await browser.post(`${IDENTITIES}/link`)).location).toBe(IDENTITIES);
      expect(idsIn(await browser.get(IDENTITIES))).toEqual([]);
    });

    it('has to prove the address before a link (E7)', async () => {
      const visitor = await newVisitor().register('mallory');
      const { status, html } = await visitor.post(`${IDENTITIES}/link/acme`);
      expect([status, html.includes('Verify the address of the account')]).toEqual([403, true]);
    });

    it('E8 keeps the last way in', async () => {
      const alice = await outsider();
      const [id = ''] = idsIn(await alice.get(IDENTITIES));
      const { status, html } = await alice.post(`${IDENTITIES}/${id}/remove`);
      expect([status, html.includes('this is the last one')]).toEqual([409, true]);
      expect(idsIn(await alice.get(IDENTITIES))).toEqual([id]);
    });
  });

  describe('an account with nothing but a provider', () => {
    const START = '/account/step-up/external/acme';

    it('E2 steps up there: the provider is to ask again, and the session gets another token', async () => {
      const alice = await outsider();
      app.clock.advance(301_000);
      const asked = await alice.get('/account/security/totp');
      expect(asked.location).toBe('/account/step-up?next=%2Faccount%2Fsecurity%2Ftotp');
      const page = await alice.get(asked.location ?? '');
      expect(page.html).toContain(`action="${START}"`);
      expect(page.html).not.toMatch(/name="password"|external\/(?:twin|github)/);
      const left = await alice.post(START, { next: '/account/security/totp' });
      const { searchParams } = targetOf(left);
      expect([searchParams.get('prompt'), searchParams.get('max_age')]).toEqual(['login', '0']);
      const before = alice.cookies.get('latchkey-session');
      idp.claims['auth_time'] = Math.floor(app.clock.now() / 1000);
      await alice.get(await visit(targetOf(left)));
      expect((await alice.get('/login/external')).location).toBe('/account/step-up/external');
      const answers = await Promise.all(Array.from({ length: 20 }, () => alice.get('/account/step-up/external')));
      expect(answers.filter(({ location }) => location === '/account/security/totp')).toHaveLength(1);
      const after = /latchkey-session=([^;]+)/.exec(answers.map(({ headers }) => headers.getSetCookie().join()).join());
      alice.cookies.set('latchkey-session', after?.[1] ?? '');
      expect(after?.[1]).not.toBe(before);
      expect((await alice.get('/account/security/totp')).status).toBe(200);
      const stale = newVisitor();
      stale.cookies.set('latchkey-session', before ?? '');
      expect(await isIn(stale)).toBe(false);
    });

    it('is asked for no password that it does not have, until it sets one', async () => {
      const alice = await outsider();
      for (const path of ['/account/email', '/account/delete', '/account/tokens/new', '/account/password']) {
        expect((await alice.get(path)).html).not.toContain('autocomplete="current-password"');
      }
      const fields = { currentPassword: '-', newPassword: PASSWORD, newPasswordAgain: PASSWORD };
      expect((await alice.post('/account/password', fields)).location).toBe('/account');
      expect((await alice.get('/account/email')).html).toContain('autocomplete="current-password"');
      expect((await alice.post('/account/delete', { password: '-', confirm: 'on' })).status).toBe(401);
    });

    it.each([
      ['an earlier sign-in at the provider', () => (idp.claims['auth_time'] = Math.floor(app.clock.now() / 1000) - 31)],
      ['a time that is none', () => (idp.claims['auth_time'] = 'now')],
    ])('%s is no fresh proof', async (_, lie) => {
      const alice = await outsider();
      app.clock.advance(301_000);
      lie();
      const answer = await alice.get(await leave(alice, {}, START));
      expect([answer.status, answer.html.includes('href="/account/step-up')]).toEqual([401, true]);
      expect((await alice.get('/account/security/totp')).status).toBe(303);
    });

    it('another account at the provider proves nothing, and a provider that tells no time is believed', async () => {
      const alice = await outsider('1');
      await outsider('2', 'bob@acme.example');
      app.clock.advance(301_000);
      await signIn(alice, {}, START);
      const { location } = await alice.get('/account/step-up/external');
      expect((await alice.get(location ?? '')).html).toContain(EXPIRED);
      expect((await alice.get('/account/security/totp')).status).toBe(303);
      identify('1', 'alice@acme.example');
      await signIn(alice, {}, START);
      expect((await alice.get('/account/step-up/external')).location).toBe('/account');
      expect((await alice.get('/account/security/totp')).status).toBe(200);
    });

    it('S2 the proof of one session raises no other', async () => {
      const [one, other] = [await outsider(), await outsider()];
      app.clock.advance(301_000);
      await signIn(one, {}, START);
      const flow = one.cookies.get('latchkey-external') ?? '';
      other.cookies.set('latchkey-external', flow);
      expect((await other.get('/account/step-up/external')).location).toBe('/account/step-up');
      expect((await other.get('/account/security/totp')).status).toBe(303);
      expect((await one.get('/account/step-up/external')).location).toBe('/account');
    });

    it('with a password, it is asked for that, and the provider is not enough', async () => {
      const alice = await insider('alice');
      await link(alice, '1', 'alice@acme.example');
      expect((await alice.get('/account/step-up')).html).not.toContain(START);
      expect((await alice.post(START)).location).toBe('/account/step-up');
    });
  });

  it('GitHub is asked to let its user choose, as it does not ask for a login again', async () => {
    const providers = app.app.get(ExternalProviders);
    const request = { state: 'x', nonce: 'x', verifier: 'x'.repeat(43) };
    for (const [freshSince, prompt] of [
      [null, null],
      [0, 'select_account'],
    ] as const) {
      const url = new URL(await providers.authorizationUrl('github', { ...request, freshSince }));
      expect(url.searchParams.get('prompt')).toBe(prompt);
    }
  });

  // Browsers do not see which database it is.
  if (dialect === 'postgres') return;

  describe('in Chromium', () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    }, 120_000);

    afterAll(() => browser.close());

    it.each([true, false])(
      'works with scripts: %s; what pages may do stops nothing, and nothing is in the way',
      async (scripts) => {
        const name = scripts ? 'scripted' : 'plain';
        idp.claims = { sub: name, email: `${name}@acme.example`, email_verified: true };
        // The address that providers are told.
        const origin = app.origin.replace('127.0.0.1', 'localhost');
        const person = await Person.arrive(browser, origin, { javaScriptEnabled: scripts });
        const barriers = async () => (scripts ? person.barriers() : []);
        await person.open('/login?next=/account/security/identities');
        expect(await barriers()).toEqual([]);
        await person.page.getByLabel('Remember me').check();
        await person.page.getByRole('button', { name: 'Sign in with Acme Inc.', exact: true }).click();
        await person.page.waitForURL(`${origin}${IDENTITIES}`);
        expect(await person.text()).toContain(`${name}@acme.example`);
        expect(await barriers()).toEqual([]);
        const kept = (await person.context.cookies()).find((cookie) => cookie.name === 'latchkey-session');
        expect(kept?.expires).toBeGreaterThan(0);
        idp.claims = { sub: `${name}-2` };
        await person.page.getByRole('button', { name: 'Link Acme Inc.', exact: true }).click();
        await person.page.waitForURL(`${origin}${IDENTITIES}/link`);
        expect(await barriers()).toEqual([]);
        await person.press('Link the account');
        expect(await person.text()).toContain('No address');
        await person.page.getByRole('link', { name: 'Unlink Acme Inc.', exact: true }).click();
        await person.page.waitForURL('**/remove');
        expect(await barriers()).toEqual([]);
        await person.press('Unlink the account');
        expect(await person.text()).toContain('The account is unlinked.');
        await person.open('/account/step-up');
        expect(await barriers()).toEqual([]);
        await person.press('Log out');
        await person.open('/login');
        await person.page.getByRole('button', { name: 'Sign in with Acme Inc.', exact: true }).click();
        await person.page.waitForURL(`${origin}/login/external-email`);
        expect(await barriers()).toEqual([]);
        await person.fill({ Email: `${name}@example.com` });
        await person.press('Send the code');
        expect(person.path).toBe('/login/external-email/code');
        expect(await barriers()).toEqual([]);
        expect(person.complaints.filter((complaint) => !complaint.startsWith(idp.issuer))).toEqual([]);
        await person.leave();
      },
      120_000,
    );
  });
});
