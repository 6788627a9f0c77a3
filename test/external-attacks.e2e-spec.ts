import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { MutableToken } from 'oauth2-mock-server';
import { ProviderLimits } from '../src/auth/external/providers/provider-limits.service';
import { type Actor, TestApp } from './support/app';
import type { Problem } from './support/client';
import { onEachDatabase } from './support/databases';
import { ExternalBrowser } from './support/external-browser';
import { IdentityProvider } from './support/identity-provider';
import { json, type Script, ScriptedServer } from './support/scripted-server';

const seconds = () => Math.floor(Date.now() / 1000);
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** What is wrong with an ID token that the provider signs itself. */
const FAULTS: [string, (token: MutableToken) => void][] = [
  ['of another issuer', ({ payload }) => (payload.iss = 'https://accounts.google.com')],
  ['without an issuer', ({ payload }) => Reflect.deleteProperty(payload, 'iss')],
  ['for another audience', ({ payload }) => (payload['aud'] = 'another')],
  [
    'for a second audience, with our party',
    ({ payload }) => Object.assign(payload, { aud: ['latchkey', 'x'], azp: 'latchkey' }),
  ],
  ['for a second audience, without a party', ({ payload }) => (payload['aud'] = ['latchkey', 'another'])],
  ['without an audience', ({ payload }) => Reflect.deleteProperty(payload, 'aud')],
  ['for another party', ({ payload }) => (payload['azp'] = 'another')],
  ['with another nonce', ({ payload }) => (payload['nonce'] = 'another')],
  ['without a nonce', ({ payload }) => Reflect.deleteProperty(payload, 'nonce')],
  ['that has expired', ({ payload }) => (payload.exp = seconds() - 60)],
  ['without an end', ({ payload }) => Reflect.deleteProperty(payload, 'exp')],
  ['that is not valid yet', ({ payload }) => (payload.nbf = seconds() + 600)],
  ['from the future', ({ payload }) => (payload.iat = seconds() + 10 * 365 * 86_400)],
  ['without a time', ({ payload }) => Reflect.deleteProperty(payload, 'iat')],
  ['without a subject', ({ payload }) => Reflect.deleteProperty(payload, 'sub')],
  ['with an empty subject', ({ payload }) => (payload['sub'] = '')],
  ['with a number as subject', ({ payload }) => (payload['sub'] = 1)],
  ['with a subject of 300 bytes', ({ payload }) => (payload['sub'] = 'x'.repeat(300))],
  // PostgreSQL refuses the one, and makes U+FFFD of the other.
  ['with NUL in the subject', ({ payload }) => (payload['sub'] = '1\0')],
  ['with a lone surrogate as subject', ({ payload }) => (payload['sub'] = '\ud800')],
  ['under an unknown key', ({ header }) => (header.kid = 'unknown')],
];

/** What an attacker makes of an ID token. */
const FORGERIES: [string, (token: string, publicKey: string) => unknown][] = [
  ['without a signature', (token) => `${token.split('.').slice(0, 2).join('.')}.`],
  ['with alg none', (token) => `${encode({ alg: 'none' })}.${token.split('.')[1] ?? ''}.`],
  [
    'signed by HS256 with the public key',
    (token, publicKey) => {
      const [header, payload] = token.split('.');
      const content = `${encode({ ...decode(header), alg: 'HS256' })}.${payload ?? ''}`;
      return `${content}.${createHmac('sha256', publicKey).update(content).digest('base64url')}`;
    },
  ],
  [
    'signed by the key of another provider under the same name',
    (token) => {
      const content = token.split('.').slice(0, 2).join('.');
      return `${content}.${sign('sha256', Buffer.from(content), stranger).toString('base64url')}`;
    },
  ],
  [
    'whose subject was changed after signing',
    (token) => {
      const [header = '', payload, signature = ''] = token.split('.');
      return [header, encode({ ...decode(payload), sub: 'victim' }), signature].join('.');
    },
  ],
  ['that is missing', () => undefined],
  ['that is no token', () => 'e30'],
];

/** Addresses that a sign-in must not lead to; the site is at localhost, and https://app.example.com is listed. */
const HOSTILE_TARGETS = [
  ...[
    'https://evil.example',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
  ],
  ...[
    '/\n/evil.example',
    'https:evil.example',
    'https:/\\evil.example',
    'https:///evil.example',
    'javascript:alert(1)',
  ],
  ...['data:text/html,x', 'vbscript:x', 'file:///etc/passwd', 'ftp://app.example.com/', 'http://app.example.com/'],
  ...[
    'https://app.example.com.evil.example',
    'https://app.example.com@evil.example',
    'https://evil.example#@app.example.com',
  ],
  ...[
    'https://evil.example/https://app.example.com',
    'https://user@app.example.com/',
    'https://user:word@app.example.com/',
  ],
  ...[
    'https://app.example.com:8443/',
    'https://app.example.com\\@evil.example',
    'https://app.example.com%2f@evil.example',
  ],
  ...[
    'https://APP.example.com.',
    'https://sub.app.example.com/',
    'https://example.com/',
    'evil.example',
    ' https://app.example.com/',
  ],
  ...[
    'https://app．example．com．evil.example',
    'https://app.example.com\u202e/',
    '',
    '?next=https://evil.example',
    '#x',
    '.',
    'null',
  ],
];

onEachDatabase((dialect) => {
  let app: TestApp;
  let idp: IdentityProvider;
  let odd: ScriptedServer;
  let limits: ProviderLimits;
  let browser: ExternalBrowser;

  beforeAll(async () => {
    [idp, odd] = [await IdentityProvider.start(), await ScriptedServer.start()];
    const named = (name: string, issuer: string) => ({
      [`EXTERNAL_${name}_ISSUER`]: issuer,
      [`EXTERNAL_${name}_CLIENT_ID`]: 'latchkey',
      [`EXTERNAL_${name}_CLIENT_SECRET`]: 'secret',
    });
    app = await TestApp.start(dialect, {
      EXTERNAL_PROVIDERS: 'acme,other,odd,github',
      ...named('ACME', idp.issuer),
      ...named('OTHER', idp.issuer),
      ...named('ODD', odd.origin()),
      ...named('GITHUB', odd.origin()),
      EXTERNAL_REDIRECT_ORIGINS: 'https://app.example.com',
      CORS_ORIGINS: 'https://app.example.com',
      TRUST_PROXY: '127.0.0.1',
    });
    limits = app.app.get(ProviderLimits);
  });

  beforeEach(async () => {
    await app.empty();
    idp.reset();
    odd.reset();
    idp.claims = { sub: '1', email: 'alice@acme.example', email_verified: true };
    browser = new ExternalBrowser(app.origin);
    // What is known about a provider is forgotten.
    app.clock.advance(limits.metadataTtlMs);
  });

  afterAll(async () => {
    await app.stop();
    await Promise.all([idp.stop(), odd.stop()]);
  });

  const isEmpty = async () => {
    const admin = await app.registerAdmin();
    const { body } = await admin.get<{ items: unknown[] }>('/admin/users');
    return body.items.length === 1;
  };

  it.each(FAULTS)('X1 an ID token %s signs no one in', async (_, forge) => {
    idp.forge = forge;
    expect((await browser.obtain('acme')).toString()).toBe('error=invalid_external_sign_in');
  });

  it.each(FORGERIES)('X1 an ID token %s signs no one in', async (_, forge) => {
    const publicKey = JSON.stringify(idp.server.issuer.keys.toJSON()[0]);
    idp.tamper = ({ body }) => {
      if (body !== '') body['id_token'] = forge(String(body['id_token']), publicKey);
    };
    expect((await browser.obtain('acme')).toString()).toBe('error=invalid_external_sign_in');
    expect(await isEmpty()).toBe(true);
  });

  it('X6 an address with NUL is none', async () => {
    const email = 'alice@acme.example\0';
    idp.claims = { sub: '1', email, email_verified: true, preferred_username: email };
    expect((await browser.signIn('acme')).body).toMatchObject({ status: 'email_required', email: null });
  });

  it('X1 what the UserInfo endpoint says about another user signs no one in', async () => {
    idp.claims = { sub: '1' };
    idp.about = { sub: 'victim', email: 'victim@example.com', email_verified: true };
    expect((await browser.obtain('acme')).toString()).toBe('error=invalid_external_sign_in');
    idp.about = { email: 'alice@acme.example', email_verified: true };
    expect((await browser.signIn('acme')).body.user.email).toBe('alice@acme.example');
  });

  it('X2 metadata of another issuer, or without TLS elsewhere, start nothing', async () => {
    const metadata = (origin: string, issuer = odd.origin()) => ({
      issuer,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      jwks_uri: `${origin}/jwks`,
    });
    const hostile = [
      metadata(odd.origin(), idp.issuer),
      metadata(odd.origin(), `${odd.origin()}/sub`),
      metadata('http://evil.example'),
      metadata('javascript:alert(1)//'),
    ];
    for (const body of hostile) {
      odd.scripts.set('/.well-known/openid-configuration', json(body));
      const answer = await browser.start('odd');
      expect([answer.status, answer.body]).toMatchObject([503, { code: 'overloaded' }]);
      expect(answer.headers.getSetCookie()).toEqual([]);
      app.clock.advance(limits.metadataTtlMs);
    }
  });

  describe('X3 a state', () => {
    let back: URL;

    beforeEach(async () => {
      const { body } = await browser.start('acme');
      back = await browser.visit(body.authorizationUrl);
    });

    const refused = async (url: URL, by = browser) => {
      const { status, location, text } = await by.comeBack(url);
      expect([status, location, (JSON.parse(text) as Problem).code]).toEqual([401, null, 'invalid_external_sign_in']);
    };

    it.each([
      ['that is missing', (url: URL) => url.searchParams.delete('state')],
      ['that is empty', (url: URL) => url.searchParams.set('state', '')],
      ['that is another', (url: URL) => url.searchParams.set('state', 'x'.repeat(43))],
      ['that is not ASCII', (url: URL) => url.searchParams.set('state', 'é'.repeat(43))],
      ['sent twice', (url: URL) => url.searchParams.append('state', 'x')],
      ['of another provider', (url: URL) => (url.pathname = url.pathname.replace('acme', 'other'))],
    ])('%s is refused', async (_, change) => {
      change(back);
      await refused(back);
    });

    it('of another browser is refused', async () => {
      const other = new ExternalBrowser(app.origin);
      await refused(back, other);
      await other.start('acme');
      await refused(back, other);
    });

    it('is refused once the browser has started another sign-in', async () => {
      await browser.start('acme');
      await refused(back);
    });

    it('is good once: of 20 uses at once, one leads on', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => browser.comeBack(back)));
      expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array.from({ length: 19 }, () => 401)]);
      await refused(back);
    });

    it('expires after ten minutes', async () => {
      app.clock.advance(600_000);
      await refused(back);
    });

    it('whose cookie was altered, or made for another purpose, is refused', async () => {
      const name = 'latchkey-external';
      const value = browser.cookies.get(name) ?? '';
      for (const forged of [
        value.slice(0, -2),
        `${value}x`,
        value.replace(/^[^.]+/, encode({ alg: 'none' })),
        'x',
        '',
      ]) {
        browser.cookies.set(name, forged);
        await refused(back);
      }
    });

    it('with the code of another user is of no use: PKCE binds the code to the browser that asked', async () => {
      const victim = new ExternalBrowser(app.origin);
      const { body } = await victim.start('acme');
      const stolen = await victim.visit(body.authorizationUrl);
      back.searchParams.set('code', stolen.searchParams.get('code') ?? '');
      const { location } = await browser.comeBack(back);
      expect(location?.hash).toBe('#error=invalid_external_sign_in');
    });

    it('with the issuer of another server is refused, and so is a code without its parameter (RFC 9207)', async () => {
      back.searchParams.set('iss', 'https://evil.example');
      expect((await browser.comeBack(back)).location?.hash).toBe('#error=invalid_external_sign_in');
    });

    it('with a refusal of the provider leads back with the reason', async () => {
      back.searchParams.delete('code');
      back.searchParams.set('error', 'access_denied');
      expect((await browser.comeBack(back)).location?.hash).toBe('#error=external_denied');
    });
  });

  it('X3 a state that was made to link an account signs no one in, and links to no other account', async () => {
    const [mallory, alice] = [await app.registerProven('mallory'), await app.registerProven('alice')];
    const code = (await browser.obtain('acme', { intent: 'link' }, mallory.session.accessToken)).get('code');
    expect((await browser.exchange(code)).body.code).toBe('invalid_external_sign_in');
    const link = (actor: Actor) =>
      browser.post<Problem>('/auth/external/link', { linkToken: code }, actor.session.accessToken);
    expect((await link(alice)).body.code).toBe('invalid_external_sign_in');
    const login = (await browser.obtain('acme')).get('code');
    const linked = await browser.post('/auth/external/link', { linkToken: login }, alice.session.accessToken);
    expect(linked.status).toBe(401);
  });

  it('X4 a code is good once, for 60 seconds, and in the browser that started', async () => {
    const code = (await browser.obtain('acme')).get('code');
    const other = new ExternalBrowser(app.origin);
    expect((await other.exchange(code)).status).toBe(401);
    await other.obtain('acme');
    expect((await other.exchange(code)).status).toBe(401);
    const forged = code?.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) ?? '';
    expect((await browser.exchange(forged)).status).toBe(401);
    const answers = await Promise.all(Array.from({ length: 20 }, () => browser.exchange(code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
    expect((await browser.exchange(code)).body.code).toBe('invalid_external_sign_in');
    const late = (await browser.obtain('acme')).get('code');
    app.clock.advance(60_000);
    expect((await browser.exchange(late)).status).toBe(401);
  });

  it('X4 no token of one step is valid for another', async () => {
    idp.claims = { sub: '1' };
    const code = (await browser.obtain('acme')).get('code');
    const { body } = await browser.exchange(code);
    const alice = await app.registerProven('alice');
    for (const token of [code, body.emailToken]) expect((await browser.exchange(token)).status).toBe(401);
    const link = await browser.post('/auth/external/link', { linkToken: body.emailToken }, alice.session.accessToken);
    const mail = await browser.post('/auth/external/email', { token: code, email: 'alice@example.com' });
    expect([link.status, mail.status]).toEqual([401, 401]);
  });

  it(`X5 a sign-in leads to none of ${HOSTILE_TARGETS.length} hostile addresses`, async () => {
    for (const redirectTo of HOSTILE_TARGETS) {
      const { status, body } = await browser.start('acme', { intent: 'login', redirectTo });
      expect([redirectTo, status, body]).toMatchObject([redirectTo, 400, { errors: [{ pointer: '/redirectTo' }] }]);
    }
  });

  it.each([
    ['/notes?page=2#top', '/notes?page=2'],
    ['https://app.example.com', '/'],
    ['https://APP.EXAMPLE.com/in?x=%2F%2Fevil.example', '/in?x=%2F%2Fevil.example'],
  ])(
    'X5 a sign-in leads to %s, with the code in the fragment and no token in any address',
    async (redirectTo, path) => {
      const { body } = await browser.start('acme', { intent: 'login', redirectTo });
      const { location, status } = await browser.comeBack(await browser.visit(body.authorizationUrl));
      expect([status, `${location?.pathname ?? ''}${location?.search ?? ''}`]).toEqual([303, path]);
      expect(location?.hash).toMatch(/^#code=lkx_[\w-]+$/);
      expect(`${body.authorizationUrl}${location?.href ?? ''}`).not.toMatch(/eyJ|lkr_/);
    },
  );

  it('the callback is of the configured address whatever Host a request names, and the cookie is for this host over TLS', async () => {
    const secure = new ExternalBrowser(app.origin, {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
    });
    const answer = await secure.start('acme');
    const url = new URL(answer.body.authorizationUrl);
    expect(url.searchParams.get('redirect_uri')).toMatch(
      /^http:\/\/localhost:\d+\/api\/v1\/auth\/external\/acme\/callback$/,
    );
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-latchkey-external=[\w.-]+; Max-Age=1800; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(cookie).not.toContain(url.searchParams.get('state'));
  });

  it('pages on a listed origin may send the cookie, to these routes alone', async () => {
    const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' };
    const allowed = (path: string) =>
      app.anonymous.send('OPTIONS', path, undefined, { headers }).then((answer) => answer.headers);
    const external = await allowed('/auth/external/token');
    expect(external.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(external.get('access-control-allow-credentials')).toBe('true');
    expect((await allowed('/auth/login')).get('access-control-allow-credentials')).toBeNull();
  });

  describe('X8 a provider', () => {
    const flood: Script = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`{"x":"${'x'.repeat(10_000_000)}"}`);
    };
    const elsewhere: Script = (_, response) => response.writeHead(302, { location: `${odd.origin()}/secret` }).end();
    const trouble: [string, Script][] = [
      ['that answers 500', json({ error: 'server_error' }, 500)],
      ['that never answers', () => undefined],
      ['that begins to answer and never ends', (_, response) => void response.writeHead(200).write('{')],
      ['that hangs up', (request) => request.socket.destroy()],
      ['that answers with 10 MB', flood],
      ['that redirects', elsewhere],
      [
        'that answers with a page',
        (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      ],
      ['that answers with half of an object', (_, response) => response.end('{"issuer":')],
    ];

    beforeEach(() => (limits.timeoutMs = 300));
    afterEach(() => (limits.timeoutMs = 5000));

    it.each(trouble)('%s is unavailable', async (_, script) => {
      odd.scripts.set('*', script);
      const answer = await browser.start('odd');
      expect([answer.status, answer.body]).toMatchObject([503, { code: 'overloaded' }]);
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(odd.asked).not.toContain('/secret');
    });

    it.each(trouble)('%s when the code is exchanged signs no one in', async (name, script) => {
      odd.scripts.set('/login/oauth/access_token', script);
      const { body } = await browser.start('github');
      const back = new URL(new URL(body.authorizationUrl).searchParams.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({
        code: 'x',
        state: new URL(body.authorizationUrl).searchParams.get('state') ?? '',
      }).toString();
      const { location } = await browser.comeBack(back);
      const isParsed = name.endsWith('half of an object');
      expect(location?.hash).toMatch(isParsed ? /^#error=(overloaded|invalid_external)/ : /^#error=overloaded$/);
      expect(odd.asked).not.toContain('/secret');
    });

    it('whose metadata name a private address makes no connection there', async () => {
      const inside = await ScriptedServer.start();
      const hosts = ['127.0.0.1', '[::1]', '169.254.169.254', '10.0.0.1', '[::ffff:127.0.0.1]', '0.0.0.0'];
      for (const host of hosts) {
        const target = `https://${host}:${new URL(inside.origin()).port}`;
        odd.scripts.set(
          '/.well-known/openid-configuration',
          json({
            issuer: odd.origin(),
            authorization_endpoint: `${odd.origin()}/authorize`,
            token_endpoint: `${target}/token`,
            jwks_uri: `${target}/jwks`,
          }),
        );
        const { body } = await browser.start('odd');
        const sent = new URL(body.authorizationUrl).searchParams;
        const back = new URL(sent.get('redirect_uri') ?? '');
        back.search = new URLSearchParams({ code: 'x', state: sent.get('state') ?? '' }).toString();
        expect((await browser.comeBack(back)).location?.hash).toBe('#error=overloaded');
        app.clock.advance(limits.metadataTtlMs);
      }
      expect(inside.connections).toBe(0);
      await inside.stop();
    });

    it('that is available again is used again', async () => {
      odd.scripts.set('*', json({}, 500));
      expect((await browser.start('odd')).status).toBe(503);
      const origin = odd.origin();
      odd.scripts.set(
        '*',
        json({ issuer: origin, authorization_endpoint: `${origin}/a`, token_endpoint: `${origin}/t` }),
      );
      expect((await browser.start('odd')).status).toBe(200);
    });
  });

  describe('GitHub', () => {
    const account = (id: unknown, emails: unknown) => {
      odd.scripts.set('/login/oauth/access_token', json({ access_token: 'gho_x', token_type: 'bearer', scope: '' }));
      odd.scripts.set('/api/v3/user', json({ id, login: 'alice', email: 'alice@example.com' }));
      odd.scripts.set('/api/v3/user/emails', json(emails));
    };
    const signIn = async () => {
      const { body } = await browser.start('github');
      const sent = new URL(body.authorizationUrl).searchParams;
      const back = new URL(sent.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code: 'x', state: sent.get('state') ?? '' }).toString();
      const { location } = await browser.comeBack(back);
      return new URLSearchParams(location?.hash.slice(1));
    };

    it('accounts are known by their number, whatever they are called', async () => {
      account(1, [{ email: 'alice@acme.example', primary: true, verified: true }]);
      const first = await browser.exchange((await signIn()).get('code'));
      expect([first.status, first.body.user.email]).toEqual([200, 'alice@acme.example']);
      account(2, [{ email: 'bob@acme.example', primary: true, verified: true }]);
      expect((await browser.exchange((await signIn()).get('code'))).body.user.id).not.toBe(first.body.user.id);
      account(1, []);
      expect((await browser.exchange((await signIn()).get('code'))).body.user.id).toBe(first.body.user.id);
    });

    it.each([
      ['an unverified primary address', [{ email: 'alice@example.com', primary: true, verified: false }]],
      ['a verified secondary address', [{ email: 'alice@example.com', primary: false, verified: true }]],
      ['an address verified by the text "true"', [{ email: 'alice@example.com', primary: true, verified: 'true' }]],
    ])('X6 %s proves nothing', async (_, emails) => {
      await app.registerProven('alice');
      account(1, emails);
      expect((await browser.exchange((await signIn()).get('code'))).body.status).toBe('email_required');
    });

    it.each([
      ['a name as number', '1', []],
      ['no list of addresses', 1, { message: 'Not Found' }],
    ])('%s signs no one in', async (_, id, emails) => {
      account(id, emails);
      expect((await signIn()).get('error')).toBe('overloaded');
    });
  });

  it('X9 an ID token from elsewhere is nothing that a client could send', async () => {
    const { status } = await app.anonymous.post('/auth/external/token', {
      code: 'x',
      idToken: 'eyJ',
      provider: 'acme',
    });
    expect(status).toBe(400);
    for (const code of [`${encode({ alg: 'none' })}.${encode({ sub: '1' })}.`, 'lkx_', 'lkx_AAAA']) {
      expect((await browser.exchange(code)).status).toBe(401);
    }
  });

  it('there is no provider that is not configured', async () => {
    expect((await browser.start('google')).status).toBe(404);
    expect((await app.anonymous.get('/auth/external/google/callback')).status).toBe(404);
  });
});
