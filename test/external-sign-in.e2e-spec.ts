import { ExternalIdentity } from '../src/auth/external/identities/external-identity.entity';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { Database } from '../src/platform/database/database.service';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import { Authenticator } from './support/authenticator';
import { type AuditEventBody, type Authenticated, type PageBody, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';
import { ExternalBrowser } from './support/external-browser';
import { IdentityProvider } from './support/identity-provider';
import { Contract } from './support/openapi';

interface Identity {
  id: string;
  provider: string;
  email: string | null;
  lastUsedAt: string | null;
}

/** Addresses that a provider vouches for, or not, and that must not lead into the account of alice@example.com. */
const UNPROVEN_CLAIMS: [string, Record<string, unknown>][] = [
  ['an address that is not verified', { email: 'alice@example.com', email_verified: false }],
  ['an address without a word about it', { email: 'alice@example.com' }],
  ['an address whose verification is the text "true"', { email: 'alice@example.com', email_verified: 'true' }],
  ['an address whose verification is 1', { email: 'alice@example.com', email_verified: 1 }],
  ['an address in full width', { email: 'ａlice@example.com', email_verified: true }],
  ['an address with an invisible character', { email: 'alice\u200b@example.com', email_verified: true }],
  ['two addresses in one', { email: 'mallory@evil.example,alice@example.com', email_verified: true }],
  ['a list of addresses', { email: ['alice@example.com'], email_verified: true }],
  ['no address', {}],
];

onEachDatabase((dialect) => {
  let app: TestApp;
  let idp: IdentityProvider;
  let browser: ExternalBrowser;

  beforeAll(async () => {
    idp = await IdentityProvider.start();
    app = await TestApp.start(dialect, {
      EXTERNAL_PROVIDERS: 'acme',
      EXTERNAL_ACME_ISSUER: idp.issuer,
      EXTERNAL_ACME_NAME: 'Acme Inc.',
      EXTERNAL_ACME_CLIENT_ID: 'latchkey',
      EXTERNAL_ACME_CLIENT_SECRET: 'secret',
    });
  });

  beforeEach(async () => {
    await app.empty();
    idp.reset();
    browser = new ExternalBrowser(app.origin);
  });

  afterAll(async () => {
    await app.stop();
    await idp.stop();
  });

  const identify = (sub: string, email?: string) => {
    idp.claims = { sub, ...(email !== undefined && { email, email_verified: true }) };
  };
  const identitiesOf = async (actor: Pick<Actor, 'get'>) =>
    (await actor.get<PageBody<Identity>>('/users/me/identities')).body.items;
  const link = (actor: Actor, token: string | null) =>
    browser.post<Identity & Problem>('/auth/external/link', { linkToken: token }, actor.session.accessToken);
  const linked = async (actor: Actor, sub: string, email?: string) => {
    identify(sub, email);
    const started = await browser.obtain('acme', { intent: 'link' }, actor.session.accessToken);
    const answer = await link(actor, started.get('code'));
    expect([answer.status, answer.body.provider]).toEqual([201, 'acme']);
    return answer.body;
  };

  it('the providers are listed by their names for people', async () => {
    const { body } = await app.anonymous.get('/auth/external');
    expect(body).toEqual({ providers: [{ id: 'acme', name: 'Acme Inc.' }] });
  });

  it('a person without an account gets one with a verified address and a free username, and signs in to it again', async () => {
    await app.register('alice');
    identify('1', 'alice@Acme.example');
    const first = await browser.signIn('acme');
    expect(first.status).toBe(200);
    expect(first.body.user).toMatchObject({ email: 'alice@Acme.example', emailVerified: true });
    expect(first.body.user.username).toMatch(/^alice-\d{6}$/);
    expect(first.headers.get('x-device-token')).toMatch(/^lkd_/);
    // The provider changes the address: it is nothing to the account (X7).
    identify('1', 'other@acme.example');
    const second = await new ExternalBrowser(app.origin).signIn('acme');
    expect([second.status, second.body.user.id, second.body.user.email]).toEqual([
      200,
      first.body.user.id,
      'alice@Acme.example',
    ]);
    const [identity] = await identitiesOf(app.anonymous.as(second.body.accessToken));
    expect(identity).toMatchObject({ provider: 'acme', email: 'alice@Acme.example' });
    expect(identity?.lastUsedAt).not.toBeNull();
  });

  it('an address that a proven account holds needs its owner: who signs in as usual and links', async () => {
    const alice = await app.registerProven('alice');
    identify('1', 'Alice@EXAMPLE.com');
    const asked = await browser.signIn('acme');
    expect([asked.status, asked.body.status, asked.body.email]).toEqual([202, 'link_required', 'Alice@EXAMPLE.com']);
    expect(asked.text).not.toMatch(/accessToken|refreshToken/);
    expect(asked.headers.get('x-device-token')).toBeNull();
    const bob = await app.registerProven('bob');
    expect((await link(bob, asked.body.linkToken)).body.code).toBe('invalid_external_sign_in');
    expect((await link(alice, asked.body.linkToken)).status).toBe(201);
    expect((await link(alice, asked.body.linkToken)).status).toBe(401);
    expect((await browser.signIn('acme')).body.user.id).toBe(alice.session.user.id);
    const subjects = (await app.mailTo('alice@example.com')).map(({ subject }) => subject);
    expect(subjects).toContain('A new way to sign in to your account');
  });

  it('X6 E7 an account that only asserts an address stays what it is, and who proves the address gets a new one', async () => {
    const squatter = await app.register('mallory');
    const email = squatter.session.user.email;
    identify('1', email.toUpperCase());
    const { status, body } = await browser.signIn('acme');
    expect([status, body.user.emailVerified]).toEqual([200, true]);
    expect(body.user.id).not.toBe(squatter.session.user.id);
    expect(await identitiesOf(squatter)).toEqual([]);
    const login = await app.anonymous.post<{ user: { id: string } }>('/auth/login', {
      username: email,
      password: PASSWORD,
    });
    expect(login.status).toBe(401);
    expect((await identitiesOf(app.anonymous.as(body.accessToken))).length).toBe(1);
    await app.sendMail();
    const stale = await app.anonymous.post('/auth/password/forgot', { email });
    expect(stale.status).toBe(202);
    expect((await app.mailTo(email)).filter(({ subject }) => subject === 'Reset your password')).toEqual([]);
  });

  it('E7 an account whose address was never proven cannot be linked, so that no back door stays behind', async () => {
    const mallory = await app.register('mallory');
    const { status, body } = await browser.start('acme', { intent: 'link' }, mallory.session.accessToken);
    expect([status, body]).toMatchObject([403, { code: 'email_unverified' }]);
  });

  it.each(UNPROVEN_CLAIMS)('X6 %s never leads into an account: a mailed code comes first', async (_, claims) => {
    const alice = await app.registerProven('alice');
    idp.claims = { sub: '1', ...claims };
    const { status, body, text } = await browser.signIn('acme');
    expect([status, body.status]).toEqual([202, 'email_required']);
    expect(text).not.toMatch(/accessToken|linkToken/);
    expect(await identitiesOf(alice)).toEqual([]);
  });

  it('X6 a deactivated account is not signed in to, nor replaced by a new one with its address', async () => {
    const alice = await app.registerProven('alice');
    await linked(alice, '1', 'alice@example.com');
    await app.app.get(UsersService).deactivate(OPERATOR, alice.session.user.id);
    const known = await browser.signIn('acme');
    expect([known.status, known.body.code]).toEqual([403, 'account_deactivated']);
    identify('2', 'alice@example.com');
    expect((await browser.signIn('acme')).body.status).toBe('link_required');
  });

  it('without an address of the provider, the code of a mail proves one', async () => {
    const alice = await app.registerProven('alice');
    identify('1');
    const { body } = await browser.signIn('acme');
    const verify = (code: string) =>
      browser.post<Problem & { user: { email: string } }>('/auth/external/email/verify', {
        token: body.emailToken,
        code,
      });
    expect((await verify('00000000')).body.code).toBe('invalid_external_code');
    const mail = (email: string) => browser.post('/auth/external/email', { token: body.emailToken, email });
    const codeTo = async (email: string) =>
      /^\d{8}$/m.exec((await app.mailTo(email)).at(-1)?.text ?? '')?.[0] ?? 'no code';
    expect((await mail('alice@example.com')).status).toBe(202);
    const older = await codeTo('alice@example.com');
    expect((await mail('carol@example.com')).status).toBe(202);
    const code = await codeTo('carol@example.com');
    // A later code replaces the earlier one.
    expect((await verify(older)).body.code).toBe('invalid_external_code');
    const answers = await Promise.all(Array.from({ length: 20 }, () => verify(code)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won.map(({ body: { user } }) => user.email)).toEqual(['carol@example.com']);
    expect((await browser.signIn('acme')).status).toBe(200);
    expect(await identitiesOf(alice)).toEqual([]);
  });

  it('a mailed code for the address of a proven account leads to its owner, and five wrong ones to nothing', async () => {
    await app.registerProven('alice');
    identify('1');
    const { body } = await browser.signIn('acme');
    await browser.post('/auth/external/email', { token: body.emailToken, email: 'alice@example.com' });
    const code = /^\d{8}$/m.exec((await app.mailTo('alice@example.com')).at(-1)?.text ?? '')?.[0] ?? 'no code';
    const verify = (guess: string) =>
      browser.post<Problem & { status: string }>('/auth/external/email/verify', {
        token: body.emailToken,
        code: guess,
      });
    const wrong = String((Number(code) + 1) % 1e8).padStart(8, '0');
    for (let attempt = 0; attempt < 4; attempt += 1) await verify(wrong);
    expect((await verify(code)).body.status).toBe('link_required');
    const again = new ExternalBrowser(app.origin);
    const second = await again.signIn('acme');
    const post = (path: string, more: object) => again.post<Problem>(path, { token: second.body.emailToken, ...more });
    await post('/auth/external/email', { email: 'alice@example.com' });
    const right = /^\d{8}$/m.exec((await app.mailTo('alice@example.com')).at(-1)?.text ?? '')?.[0] ?? 'no code';
    const other = String((Number(right) + 1) % 1e8).padStart(8, '0');
    const guesses = await Promise.all(
      Array.from({ length: 20 }, () => post('/auth/external/email/verify', { code: other })),
    );
    expect(guesses.filter(({ body: { code: problem } }) => problem === 'invalid_external_code')).toHaveLength(5);
    expect((await post('/auth/external/email/verify', { code: right })).body.code).toBe('invalid_external_sign_in');
  });

  it('M6 an account with a second factor gets a challenge from a provider too, and no token', async () => {
    const alice = await app.registerProven('alice');
    await linked(alice, '1', 'alice@example.com');
    await app.app
      .get(UsersService)
      .withLockedUser(alice.session.user.id, (tx, { id }) =>
        app.app.get(UsersService).update(tx, id, { requiresSecondFactor: true }),
      );
    const { status, body, text, headers } = await browser.signIn('acme');
    expect([status, body.challengeToken]).toEqual([202, expect.stringMatching(/^lkc_/)]);
    expect(text).not.toMatch(/accessToken|refreshToken/);
    expect([headers.get('x-device-token'), headers.getSetCookie()]).toEqual([null, []]);
  });

  it('X7 an identity that is taken is refused, and no one is signed out; of 20 links at once one is made', async () => {
    const [alice, bob] = [await app.registerProven('alice'), await app.registerProven('bob')];
    await linked(alice, '1');
    const started = await browser.obtain('acme', { intent: 'link' }, bob.session.accessToken);
    const taken = await link(bob, started.get('code'));
    expect([taken.status, taken.body.code]).toEqual([409, 'identity_taken']);
    for (const actor of [alice, bob]) expect((await actor.get('/users/me')).status).toBe(200);
    identify('2');
    const code = (await browser.obtain('acme', { intent: 'link' }, bob.session.accessToken)).get('code');
    const answers = await Promise.all(Array.from({ length: 20 }, () => link(bob, code)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await identitiesOf(bob)).toHaveLength(1);
  });

  it('E2 linking and unlinking need a recent authentication, and linking an access token', async () => {
    const alice = await app.registerProven('alice');
    const { id } = await linked(alice, '1');
    const anonymous = await browser.start('acme', { intent: 'link' });
    expect(anonymous.status).toBe(401);
    const started = await browser.obtain('acme', { intent: 'link' }, alice.session.accessToken);
    app.clock.advance(301_000);
    const answers = [
      await browser.start('acme', { intent: 'link' }, alice.session.accessToken),
      await link(alice, started.get('code')),
      await alice.delete(`/users/me/identities/${id}`),
    ];
    for (const { status, body } of answers) expect([status, body]).toMatchObject([401, { code: 'step_up_required' }]);
  });

  it('X7 what was unlinked is not linked again by itself, and its owner is told', async () => {
    const alice = await app.registerProven('alice');
    const { id } = await linked(alice, '1', 'alice@example.com');
    const bob = await app.registerProven('bob');
    expect((await bob.delete(`/users/me/identities/${id}`)).status).toBe(404);
    expect((await alice.delete(`/users/me/identities/${id}`)).status).toBe(204);
    expect((await browser.signIn('acme')).body.status).toBe('link_required');
    expect(await identitiesOf(alice)).toEqual([]);
    const subjects = (await app.mailTo('alice@example.com')).map(({ subject }) => subject);
    expect(subjects).toContain('A way to sign in to your account was removed');
  });

  it('E8 the last way to sign in stays, also when the last two are removed at once', async () => {
    identify('1', 'alice@acme.example');
    const { body } = await browser.signIn('acme');
    const alice = Object.assign(app.anonymous.as(body.accessToken), { session: body });
    const [first] = await identitiesOf(alice);
    const refused = await alice.delete<Problem>(`/users/me/identities/${first?.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'last_sign_in_method']);
    await linked(alice, '2');
    const ids = (await identitiesOf(alice)).map(({ id }) => id);
    const answers = await Promise.all(ids.map((id) => alice.delete(`/users/me/identities/${id}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect(await identitiesOf(alice)).toHaveLength(1);
  });

  it('E8 an identity of a provider that is switched off is no way to sign in', async () => {
    identify('1', 'alice@acme.example');
    const { body } = await browser.signIn('acme');
    const alice = app.anonymous.as(body.accessToken);
    const { id } = await linked(Object.assign(alice, { session: body }), '2');
    await app.app.get(Database).manager.update(ExternalIdentity, { id }, { provider: 'switched-off' });
    const [, first] = await identitiesOf(alice);
    const refused = await alice.delete<Problem>(`/users/me/identities/${first?.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'last_sign_in_method']);
    expect((await alice.delete(`/users/me/identities/${id}`)).status).toBe(204);
  });

  it('an account is linked to ten others at most, also when two are linked at once', async () => {
    const alice = await app.registerProven('alice');
    for (let number = 1; number <= 9; number += 1) await linked(alice, `${number}`);
    const browsers = [new ExternalBrowser(app.origin), new ExternalBrowser(app.origin)];
    const codes: (string | null)[] = [];
    for (const [index, each] of browsers.entries()) {
      identify(`more-${index}`);
      codes.push((await each.obtain('acme', { intent: 'link' }, alice.session.accessToken)).get('code'));
    }
    const answers = await Promise.all(
      browsers.map((each, index) =>
        each.post<Problem>('/auth/external/link', { linkToken: codes[index] }, alice.session.accessToken),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('too_many_identities');
    const [first] = await identitiesOf(alice);
    expect((await alice.delete(`/users/me/identities/${first?.id}`)).status).toBe(204);
    await linked(alice, 'again');
  });

  describe('an account with nothing but a provider', () => {
    const STEP_UP = '/auth/external/step-up';
    const MINUTES_6 = 360_000;

    const outsider = async (sub = '1', email = 'alice@acme.example') => {
      identify(sub, email);
      const { body } = await new ExternalBrowser(app.origin).signIn('acme');
      return Object.assign(app.anonymous.as(body.accessToken), { session: body });
    };
    const proveTo = async ({ session }: Actor) =>
      (await browser.obtain('acme', { intent: 'step-up' }, session.accessToken)).get('code');
    const stepUp = ({ session }: Actor, code: string | null) =>
      browser.post<Problem & Authenticated>(STEP_UP, { code }, session.accessToken);
    const demand = (actor: Actor) => actor.post<Problem & { methods: string[] }>('/auth/totp', {});

    it('E2 S4 steps up there, once, and gets new tokens', async () => {
      const alice = await outsider();
      app.clock.advance(MINUTES_6);
      const asked = await demand(alice);
      expect([asked.status, asked.body.code, asked.body.methods]).toEqual([401, 'step_up_required', ['external']]);
      const { body: started } = await browser.start('acme', { intent: 'step-up' }, alice.session.accessToken);
      const { searchParams } = new URL(started.authorizationUrl);
      expect([searchParams.get('prompt'), searchParams.get('max_age')]).toEqual(['login', '0']);
      const code = await proveTo(alice);
      const answers = await Promise.all(Array.from({ length: 20 }, () => stepUp(alice, code)));
      const [won, ...others] = answers.filter(({ status }) => status === 200);
      expect([others.length, won?.body.refreshToken === alice.session.refreshToken]).toEqual([0, false]);
      const operation = Contract.read().find('POST', `/api/v1${STEP_UP}`);
      expect(operation && won && Contract.read().faults(operation, won)).toEqual([]);
      expect((await demand(alice)).status).toBe(201);
      app.clock.advance(MINUTES_6);
      expect((await demand(app.anonymous.as(won?.body.accessToken ?? '') as Actor)).status).toBe(401);
    });

    it('X3 a proof is for the session that asked for it, and of the identity of its account; it neither signs in nor links', async () => {
      const [alice, bob] = [await outsider('1'), await outsider('2', 'bob@acme.example')];
      const refusal = [401, 'invalid_external_sign_in'];
      const wrong = await stepUp(alice, await proveTo(alice));
      expect([wrong.status, wrong.body.code]).toEqual(refusal);
      identify('1');
      const code = await proveTo(alice);
      expect([(await browser.exchange(code)).status, (await link(alice, code)).status]).toEqual([401, 401]);
      const elsewhere = new ExternalBrowser(app.origin);
      const stolen = await elsewhere.post<Problem>(STEP_UP, { code }, alice.session.accessToken);
      expect([stolen.status, stolen.body.code]).toEqual(refusal);
      const second = await outsider('1');
      for (const other of [bob, second]) expect((await stepUp(other, code)).body.code).toBe('invalid_external_sign_in');
      expect((await stepUp(alice, code)).status).toBe(200);
      for (const intent of ['login', 'link']) {
        const { session } = alice;
        const other = (await browser.obtain('acme', { intent }, session.accessToken)).get('code');
        expect((await stepUp(alice, other)).body.code).toBe('invalid_external_sign_in');
      }
    });

    it('with a password or a second factor, a provider is not enough; nor without an access token, or with an API token', async () => {
      expect((await browser.start('acme', { intent: 'step-up' })).status).toBe(401);
      const carol = await app.registerProven('carol');
      await linked(carol, '3');
      const refused = await browser.start('acme', { intent: 'step-up' }, carol.session.accessToken);
      expect([refused.status, refused.body]).toMatchObject([401, { methods: ['password'] }]);
      const alice = await outsider('1');
      identify('1');
      const code = await proveTo(alice);
      await Authenticator.enroll(app, alice);
      const late = await stepUp(alice, code);
      expect([late.status, late.body.code]).toEqual([401, 'step_up_required']);
      const made = { name: 'x', scopes: ['notes:read'], password: PASSWORD };
      const { body } = await carol.post<{ token: string }>('/auth/api-tokens', made);
      expect((await browser.start('acme', { intent: 'step-up' }, body.token)).status).toBeGreaterThanOrEqual(401);
    });

    it('needs no password for what others send one with, only a recent proof', async () => {
      const alice = await outsider();
      const remove = () => alice.send<Problem>('DELETE', '/users/me', { password: 'none' });
      app.clock.advance(MINUTES_6);
      expect((await remove()).body.code).toBe('step_up_required');
      expect((await stepUp(alice, await proveTo(alice))).status).toBe(200);
      expect((await remove()).status).toBe(204);
    });
  });

  it('E11 an account without a password refuses every password like a wrong one, and may set its first one by mail', async () => {
    identify('1', 'alice@acme.example');
    const { body } = await browser.signIn('acme');
    const credentials = { username: 'alice@acme.example', password: PASSWORD };
    expect((await app.anonymous.post<Problem>('/auth/login', credentials)).body.code).toBe('invalid_credentials');
    await app.anonymous.post('/auth/password/forgot', { email: 'alice@acme.example' });
    const token = (await app.mailTo('alice@acme.example')).at(-1)?.token;
    expect((await app.anonymous.post('/auth/password/reset', { token, password: PASSWORD })).status).toBe(204);
    const login = await app.anonymous.post<{ user: { id: string } }>('/auth/login', credentials);
    expect([login.status, login.body.user.id]).toEqual([200, body.user.id]);
    expect((await browser.signIn('acme')).body.user.id).toBe(body.user.id);
  });

  it('E6 undoing a change of address unlinks what was linked after it, and nothing else', async () => {
    const alice = await app.registerProven('alice');
    await linked(alice, '1');
    app.clock.advance(1000);
    const wanted = { email: 'thief@evil.example', password: PASSWORD };
    expect((await alice.post('/users/me/email', wanted)).status).toBe(202);
    await app.prove('thief@evil.example');
    app.clock.advance(1000);
    await linked(alice, '2');
    const undo = (await app.mailTo('alice@example.com')).at(-1)?.token;
    expect((await app.anonymous.post('/auth/email/undo', { token: undo })).status).toBe(204);
    expect(await identitiesOf(await app.logIn('alice'))).toHaveLength(1);
    identify('1');
    expect((await browser.signIn('acme')).status).toBe(200);
  });

  it('of 20 browsers of one new person at once, all get the same account', async () => {
    identify('1', 'alice@acme.example');
    const browsers = Array.from({ length: 20 }, () => new ExternalBrowser(app.origin));
    const codes = await Promise.all(browsers.map(async (each) => (await each.obtain('acme')).get('code')));
    const answers = await Promise.all(browsers.map((each, index) => each.exchange(codes[index] ?? null)));
    expect(answers.map(({ status }) => status)).toEqual(browsers.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1);
  });

  it('identities are exported with the account and deleted with it, and every link is in the audit trail', async () => {
    const alice = await app.registerProven('alice');
    await linked(alice, '1', 'alice@acme.example');
    const { body } = await alice.get<{ identities: object[] }>('/users/me/export');
    expect(body.identities).toMatchObject([{ provider: 'acme', subject: '1', email: 'alice@acme.example' }]);
    const admin = await app.registerAdmin();
    const events = await admin.get<PageBody<AuditEventBody>>('/admin/audit-events?type=identity.linked');
    expect(events.body.items.map(({ accountId, details }) => [accountId, details])).toContainEqual([
      alice.session.user.id,
      { provider: 'acme' },
    ]);
    expect((await alice.send('DELETE', '/users/me', { password: PASSWORD })).status).toBe(204);
    expect((await browser.signIn('acme')).body.user.email).toBe('alice@acme.example');
  });

  it('expired rows are purged, and the answers are as documented', async () => {
    identify('1', 'alice@acme.example');
    const contract = Contract.read();
    const operation = contract.find('POST', '/api/v1/auth/external/token');
    const answer = await browser.signIn('acme');
    expect(operation && contract.faults(operation, answer)).toEqual([]);
    identify('2');
    const unfinished = await browser.signIn('acme');
    expect(operation && contract.faults(operation, unfinished)).toEqual([]);
    app.clock.advance(7_201_000);
    await app.runJob('purge-external-sign-ins');
    const verify = await browser.post<Problem>('/auth/external/email', {
      token: unfinished.body.emailToken,
      email: 'alice@acme.example',
    });
    expect([verify.status, verify.body.code]).toEqual([401, 'invalid_external_sign_in']);
  });
});
