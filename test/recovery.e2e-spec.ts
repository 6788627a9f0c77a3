import { OPERATOR } from '../src/platform/audit/domain-events';
import { UsersService } from '../src/users/users.service';
import { TestApp } from './support/app';
import { type Authenticated, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

const MINUTE = 60_000;
const NEW_PASSWORD = 'a new and finer passphrase';

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  const forget = (email: string) => app.anonymous.post('/auth/password/forgot', { email });
  const reset = (token: string, password = NEW_PASSWORD) =>
    app.anonymous.post<Problem>('/auth/password/reset', { token, password });
  const logIn = (username: string, password: string) =>
    app.anonymous.post<Authenticated & Problem>('/auth/login', { username, password });
  const tokenFor = async (email: string) => {
    expect((await forget(email)).status).toBe(202);
    return (await app.mailTo(email)).at(-1)?.token ?? '';
  };

  describe('a forgotten password', () => {
    it('is replaced with the mailed link, which ends all sessions, revokes all API tokens and sends a notice', async () => {
      const alice = await app.register('alice');
      const wanted = { name: 'Script', scopes: ['account:read'], password: PASSWORD };
      const { body: script } = await alice.post<{ token: string }>('/auth/api-tokens', wanted);
      const token = await tokenFor('alice@example.com');
      expect((await reset(token)).status).toBe(204);
      expect((await alice.get('/users/me')).status).toBe(401);
      expect((await app.anonymous.as(script.token).get('/users/me')).status).toBe(401);
      const { refreshToken } = alice.session;
      expect((await app.anonymous.post('/auth/refresh', { refreshToken })).status).toBe(401);
      expect((await logIn('alice', PASSWORD)).status).toBe(401);
      expect((await logIn('alice', NEW_PASSWORD)).status).toBe(200);
      const mails = await app.mailTo('alice@example.com');
      expect(mails.map(({ subject }) => subject)).toContain('Your password was changed');
    });

    it('responds the same for an unknown address, and mails nothing', async () => {
      await app.register('bob');
      const [known, unknown] = [await forget('bob@example.com'), await forget('nobody@example.com')];
      expect([unknown.status, unknown.text]).toEqual([known.status, known.text]);
      expect(await app.mailTo('nobody@example.com')).toEqual([]);
    });

    it('sends no mail for a look-alike of the address', async () => {
      await app.register('kelvin');
      const before = await app.mailTo('kelvin@example.com');
      // The Kelvin sign lowercases to k, but is a different address for a mail server.
      await forget('\u212Aelvin@example.com');
      expect(await app.mailTo('\u212Aelvin@example.com')).toEqual([]);
      expect(await app.mailTo('kelvin@example.com')).toEqual(before);
    });

    it('is replaced once by one of several concurrent uses of a link', async () => {
      await app.register('carol');
      const token = await tokenFor('carol@example.com');
      const passwords = Array.from({ length: 20 }, (_, index) => `passphrase number ${index}`);
      const statuses = (await Promise.all(passwords.map((password) => reset(token, password)))).map(
        ({ status }) => status,
      );
      expect(statuses.filter((status) => status === 204)).toHaveLength(1);
      expect(statuses.filter((status) => status === 400)).toHaveLength(19);
      const winner = passwords[statuses.indexOf(204)] ?? '';
      expect((await logIn('carol', winner)).status).toBe(200);
    });

    it('is replaced within 30 minutes', async () => {
      await app.register('dave');
      const [early, late] = [await tokenFor('dave@example.com'), await tokenFor('dave@example.com')];
      app.clock.advance(30 * MINUTE - 1);
      expect((await reset(early)).status).toBe(204);
      await app.register('dora');
      const other = await tokenFor('dora@example.com');
      app.clock.advance(30 * MINUTE);
      expect((await reset(other)).body.code).toBe('invalid_one_time_token');
      expect((await reset(late)).body.code).toBe('invalid_one_time_token');
    });

    it('revokes all other links once it was replaced, sent or not', async () => {
      const erin = await app.register('erin');
      const [first, second] = [await tokenFor('erin@example.com'), await tokenFor('erin@example.com')];
      expect((await reset(first)).status).toBe(204);
      expect((await reset(second)).body.code).toBe('invalid_one_time_token');
      const third = await tokenFor('erin@example.com');
      const { body } = await logIn('erin', NEW_PASSWORD);
      const change = { currentPassword: NEW_PASSWORD, newPassword: PASSWORD };
      expect((await erin.as(body.accessToken).send('PUT', '/auth/password', change)).status).toBe(200);
      expect((await reset(third)).body.code).toBe('invalid_one_time_token');
    });

    it('is not replaced for a deactivated account, before or after the link was sent', async () => {
      const frank = await app.register('frank');
      const token = await tokenFor('frank@example.com');
      await app.app.get(UsersService).deactivate(OPERATOR, frank.session.user.id);
      expect((await reset(token)).body.code).toBe('invalid_one_time_token');
      const before = await app.mailTo('frank@example.com');
      expect((await forget('frank@example.com')).status).toBe(202);
      expect(await app.mailTo('frank@example.com')).toEqual(before);
    });

    it('is not replaced by one that is too short, and the link stays valid', async () => {
      await app.register('grace');
      const token = await tokenFor('grace@example.com');
      expect((await reset(token, 'short')).body.code).toBe('validation_failed');
      expect((await reset(token)).status).toBe(204);
    });

    it('is not replaced by one that is easy to guess, with a reason and advice, and the link stays valid', async () => {
      await app.register('guessable-name');
      const token = await tokenFor('guessable-name@example.com');
      for (const weak of ['password123', 'guessable-name', 'Guessable-Name-1!', 'latchkey2026']) {
        const { status, body } = await reset(token, weak);
        expect([weak, status, body.code, body.errors?.[0]?.pointer]).toEqual([weak, 400, 'weak_password', '/password']);
        expect(body.detail.length).toBeGreaterThan(30);
      }
      expect((await reset(token)).status).toBe(204);
    });

    it('does not touch any other account', async () => {
      const [heidi, ivan] = [await app.register('heidi'), await app.register('ivan')];
      expect((await reset(await tokenFor('heidi@example.com'))).status).toBe(204);
      expect((await ivan.get('/users/me')).status).toBe(200);
      expect((await logIn('ivan', PASSWORD)).status).toBe(200);
      expect((await heidi.get('/users/me')).status).toBe(401);
    });
  });

  it('a login by mail is not possible unless it is configured', async () => {
    await app.registerProven('ken');
    for (const [path, body] of [
      ['', { email: 'ken@example.com' }],
      ['/verify', { token: await tokenFor('ken@example.com') }],
      ['/verify', {}],
    ] as const) {
      const answer = await app.anonymous.post<Problem>(`/auth/email-login${path}`, body);
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
    expect(await app.mailTo('ken@example.com')).toHaveLength(2);
  });

  describe('a login', () => {
    const LAPTOP = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
    const device = (name: string) => ({ headers: { 'user-agent': name } });

    it('from a new device causes a notice to the owner, from a known one it does not', async () => {
      const credentials = { username: 'judy', password: PASSWORD };
      const account = { ...credentials, email: 'judy@example.com' };
      await app.anonymous.post('/auth/register', account, device('Phone'));
      await app.prove('judy@example.com');
      const notices = async () =>
        (await app.mailTo('judy@example.com')).filter(({ subject }) => subject === 'New login to your account');
      await app.anonymous.post('/auth/login', credentials, device('Phone'));
      expect(await notices()).toEqual([]);
      await app.anonymous.post('/auth/login', credentials, device(LAPTOP));
      await app.anonymous.post('/auth/login', credentials, device(LAPTOP));
      expect(await notices()).toHaveLength(1);
      expect((await notices())[0]?.text).toContain('Device: Firefox on Linux');
    });
  });
});
