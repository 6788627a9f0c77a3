import { TestApp } from './support/app';
import { type Authenticated, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

const MINUTE = 60_000;
const DAY = 86_400_000;

onEachDatabase((dialect) => {
  let app: TestApp;

  const tokenOf = async (address: string) => (await app.mailTo(address)).at(-1)?.token ?? '';
  const verify = (token: string) => app.anonymous.post<Problem>('/auth/email/verify', { token });
  const register = (username: string, email = `${username}@example.com`) =>
    app.anonymous.post<Authenticated & Problem>('/auth/register', { username, email, password: PASSWORD });
  const logIn = (username: string, password = PASSWORD) =>
    app.anonymous.post<Authenticated & Problem>('/auth/login', { username, password });

  describe('with optional verification', () => {
    beforeAll(async () => {
      app = await TestApp.start(dialect);
    });

    afterAll(() => app.stop());

    it('a new account is logged in at once, and verified by the mailed link', async () => {
      const alice = await app.register('alice');
      expect(alice.session.user.emailVerified).toBe(false);
      expect((await verify(await tokenOf('alice@example.com'))).status).toBe(204);
      expect((await alice.get<{ emailVerified: boolean }>('/users/me')).body.emailVerified).toBe(true);
    });

    it('a link is valid for one of several concurrent uses', async () => {
      await app.register('bob');
      const token = await tokenOf('bob@example.com');
      const answers = await Promise.all(Array.from({ length: 20 }, () => verify(token)));
      expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
      const others = answers.filter(({ status }) => status !== 204);
      expect(new Set(others.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
        new Set(['400 invalid_one_time_token']),
      );
    });

    it('a link is valid for one day', async () => {
      await app.register('carol');
      const token = await tokenOf('carol@example.com');
      app.clock.advance(DAY);
      expect((await verify(token)).body.code).toBe('invalid_one_time_token');
    });

    it('a link is sent again on request, but not to a verified address', async () => {
      const dave = await app.register('dave');
      expect((await dave.post('/auth/email/verification')).status).toBe(202);
      const [first, second, ...more] = await app.mailTo('dave@example.com');
      expect(more).toEqual([]);
      expect((await verify(second?.token ?? '')).status).toBe(204);
      expect((await verify(first?.token ?? '')).status).toBe(204);
      expect((await dave.post('/auth/email/verification')).status).toBe(202);
      expect(await app.mailTo('dave@example.com')).toHaveLength(2);
    });

    it.each(['', 'lko_', `lko_${'A'.repeat(64)}`, 'x'.repeat(512)])('%j is no token', async (token) => {
      const { status, body } = await verify(token);
      expect(status).toBe(400);
      expect(['validation_failed', 'invalid_one_time_token']).toContain(body.code);
    });

    it('a link with another purpose does not verify', async () => {
      await app.register('erin');
      await app.anonymous.post('/auth/password/forgot', { email: 'erin@example.com' });
      expect((await verify(await tokenOf('erin@example.com'))).body.code).toBe('invalid_one_time_token');
    });
  });

  describe('with required verification', () => {
    beforeAll(async () => {
      app = await TestApp.start(dialect, { EMAIL_VERIFICATION: 'required' });
    });

    afterAll(() => app.stop());

    it('a login is refused before the link is followed, and reveals this only with the correct password', async () => {
      const answer = await register('alice');
      expect([answer.status, answer.body]).toEqual([202, { status: 'verification_required' }]);
      expect(answer.headers.get('location')).toBeNull();
      for (const login of ['alice', 'alice@example.com', 'ALICE@example.com']) {
        const refused = await logIn(login);
        expect([login, refused.status, refused.body.code]).toEqual([login, 403, 'email_unverified']);
        expect((await logIn(login, 'a wrong password')).body.code).toBe('invalid_credentials');
      }
      expect((await verify(await tokenOf('alice@example.com'))).status).toBe(204);
      expect((await logIn('alice@example.com')).body.user.emailVerified).toBe(true);
    });

    it('registering with a known address responds the same, and only notifies its owner', async () => {
      await register('bob');
      await verify(await tokenOf('bob@example.com'));
      const [unknown, known] = [await register('newcomer'), await register('bob-again', 'BOB@example.com')];
      expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
      const mails = await app.mailTo('bob@example.com');
      expect(mails.map(({ subject }) => subject)).toEqual([
        'Confirm your email address',
        'You already have an account',
      ]);
      expect(await app.mailTo('BOB@example.com')).toEqual([]);
      // The username reveals nothing either: it is taken in both cases.
      expect((await register('newcomer', 'x@example.com')).body.code).toBe('username_taken');
      expect((await register('bob-again', 'x@example.com')).body.code).toBe('username_taken');
      expect((await logIn('bob-again')).body.code).toBe('email_unverified');
    });

    it('a login with one’s own registered address does not reveal whether it was known', async () => {
      await register('paula');
      await verify(await tokenOf('paula@example.com'));
      const own = 'a passphrase of the curious';
      const told: unknown[] = [];
      for (const email of ['paula@example.com', 'nobody@example.com']) {
        const account = { username: `curious-${told.length}`, email, password: own };
        expect((await app.anonymous.post('/auth/register', account)).status).toBe(202);
        const answers = [await logIn(email, own), await logIn(email, 'a wrong password')];
        told.push(answers.map(({ status, body }) => [status, body.code]));
      }
      expect(told[0]).toEqual(told[1]);
      expect((await logIn('paula@example.com')).status).toBe(200);
    });

    it('the account that verifies an address first gets it, whichever asserted it before', async () => {
      const shared = 'wanted@example.com';
      await register('squatter', shared);
      await register('owner', shared);
      const [squatters, owners] = await app.mailTo(shared);
      expect((await verify(owners?.token ?? '')).status).toBe(204);
      const late = await verify(squatters?.token ?? '');
      expect([late.status, late.body.code]).toEqual([409, 'email_taken']);
      expect((await logIn(shared)).body.user.username).toBe('owner');
      expect((await logIn('squatter')).body.code).toBe('email_unverified');
    });

    it('of two accounts that verify one address concurrently, one gets it', async () => {
      for (const round of [1, 2, 3, 4, 5]) {
        const shared = `race-${round}@example.com`;
        await register(`one-${round}`, shared);
        await register(`two-${round}`, shared);
        const tokens = (await app.mailTo(shared)).map(({ token }) => token ?? '');
        const statuses = (await Promise.all(tokens.map(verify))).map(({ status }) => status);
        expect(statuses.sort()).toEqual([204, 409]);
      }
    });

    it('a user who lost the mail can reset the password, which also verifies the address', async () => {
      await register('frank');
      await app.anonymous.post('/auth/password/forgot', { email: 'frank@example.com' });
      const token = await tokenOf('frank@example.com');
      const password = 'another fine passphrase';
      expect((await app.anonymous.post('/auth/password/reset', { token, password })).status).toBe(204);
      expect((await logIn('frank', password)).body.user.emailVerified).toBe(true);
    });
  });

  describe('without verification', () => {
    beforeAll(async () => {
      app = await TestApp.start(dialect, { EMAIL_VERIFICATION: 'off' });
    });

    afterAll(() => app.stop());

    it('nothing is mailed at registration', async () => {
      await app.register('alice');
      expect(await app.mailTo('alice@example.com')).toEqual([]);
    });
  });

  describe('an address that was registered without proof', () => {
    beforeAll(async () => {
      app = await TestApp.start(dialect);
    });

    afterAll(() => app.stop());

    it('goes to its real owner, who verifies it for their own account', async () => {
      const squatter = await app.register('mallory');
      const owner = await app.register('rightful');
      const wanted = { email: 'MALLORY@example.com', password: PASSWORD };
      expect((await owner.post('/users/me/email', wanted)).status).toBe(202);
      expect((await verify(await tokenOf('MALLORY@example.com'))).status).toBe(204);
      expect((await logIn('mallory@example.com')).body.user.username).toBe('rightful');
      expect((await squatter.get<{ emailVerified: boolean }>('/users/me')).body.emailVerified).toBe(false);
      const [stale] = await app.mailTo('mallory@example.com');
      app.clock.advance(MINUTE);
      expect((await verify(stale?.token ?? '')).body.code).toBe('email_taken');
    });

    it('goes to its real owner by a password reset, which locks the squatter out', async () => {
      const squatter = await app.register('trudy');
      const { body: made } = await squatter.post<{ token: string }>('/auth/api-tokens', {
        name: 'Backdoor',
        scopes: ['account:read'],
        password: PASSWORD,
      });
      await app.anonymous.post('/auth/password/forgot', { email: 'trudy@example.com' });
      const password = 'the real owner was here';
      const token = await tokenOf('trudy@example.com');
      expect((await app.anonymous.post('/auth/password/reset', { token, password })).status).toBe(204);
      expect((await squatter.get('/users/me')).status).toBe(401);
      expect((await app.anonymous.as(made.token).get('/users/me')).status).toBe(401);
      expect((await logIn('trudy')).status).toBe(401);
      expect((await logIn('trudy', password)).body.user.emailVerified).toBe(true);
    });
  });
});
