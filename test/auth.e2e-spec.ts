import { TestApp } from './support/app';
import { type Authenticated, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  const login = (username: string, password = PASSWORD, extra: object = {}) =>
    app.anonymous.post<Authenticated & Problem>('/auth/login', { username, password, ...extra });

  describe('register', () => {
    it('creates the account, logs it in, and returns its location', async () => {
      const account = { username: 'Alice.W-1_', email: 'Alice@Example.com', password: PASSWORD };
      const { status, headers, body } = await app.anonymous.post<Authenticated>('/auth/register', account);
      expect(status).toBe(201);
      expect(headers.get('location')).toBe('/api/v1/users/me');
      expect(headers.get('cache-control')).toBe('no-store');
      const now = new Date(app.clock.now()).toISOString();
      expect(body).toEqual({
        accessToken: body.accessToken,
        tokenType: 'Bearer',
        expiresIn: 900,
        refreshToken: body.refreshToken,
        user: {
          id: body.user.id,
          username: 'Alice.W-1_',
          email: 'Alice@Example.com',
          emailVerified: false,
          roles: ['user'],
          isActive: true,
          createdAt: now,
          updatedAt: now,
        },
      });
      const me = await app.anonymous.as(body.accessToken).get('/users/me');
      expect([me.status, me.body]).toEqual([200, body.user]);
    });

    it('names every field that is taken, ignoring case', async () => {
      await app.register('taken');
      await app.register('other');
      const attempt = async (username: string, email: string) => {
        const { status, body } = await app.anonymous.post<Problem>('/auth/register', {
          username,
          email,
          password: PASSWORD,
        });
        return [status, body.code, body.errors?.map((error) => error.pointer)];
      };
      expect(await attempt('TAKEN', 'new@example.com')).toEqual([409, 'username_taken', ['/username']]);
      expect(await attempt('fresh', 'Taken@EXAMPLE.com')).toEqual([409, 'email_taken', ['/email']]);
      expect(await attempt('Taken', 'OTHER@example.com')).toEqual([409, 'username_taken', ['/username', '/email']]);
    });

    it('refuses an easily guessed password, and creates no account', async () => {
      for (const password of ['Password123', 'N3wcomer!', '1234mailbox', 'latchkey2026', 'xyxyxyxyxy', 'hgfdsapoiuy']) {
        const account = { username: 'newcomer', email: 'mailbox@example.com', password };
        const { status, body } = await app.anonymous.post<Problem>('/auth/register', account);
        expect([status, body.code, body.errors?.map(({ pointer }) => pointer)]).toEqual([
          400,
          'weak_password',
          ['/password'],
        ]);
        expect(body.detail).toMatch(/^The password .+\. Choose .+\.$/);
        expect((await login('newcomer', password)).status).toBe(401);
      }
      await app.register('newcomer');
    });
  });

  describe('login', () => {
    beforeAll(() => app.register('bob'));

    it.each(['bob', 'BOB', 'bob@example.com', 'Bob@Example.COM'])('works as %s', async (name) => {
      const { status, headers, body } = await login(name);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body.user.username).toBe('bob');
      expect((await app.anonymous.as(body.accessToken).get('/users/me')).status).toBe(200);
    });

    it('an unknown name and a wrong password are indistinguishable', async () => {
      const answers = await Promise.all([login('nobody'), login('nobody@example.com'), login('bob', 'wrong password')]);
      const seen = answers.map(({ status, headers, body: { requestId, ...body } }) => ({
        status,
        body,
        headers: [...headers.keys()].sort(),
        challenge: headers.get('www-authenticate'),
        named: requestId.length,
      }));
      expect(seen[0]).toMatchObject({
        status: 401,
        body: { code: 'invalid_credentials' },
        challenge: 'Bearer realm="latchkey"',
      });
      expect(seen[1]).toEqual(seen[0]);
      expect(seen[2]).toEqual(seen[0]);
    });

    it('the same letters of another Unicode form are the same password', async () => {
      const account = { username: 'unicode', email: 'unicode@example.com', password: 'Zoe\u0308 \u{1F600} passphrase' };
      expect((await app.anonymous.post('/auth/register', account)).status).toBe(201);
      expect((await login('unicode', 'Zo\u00eb \u{1F600} passphrase')).status).toBe(200);
      expect((await login('unicode', 'zo\u00eb \u{1F600} passphrase')).status).toBe(401);
    });

    it('every character of a long password counts', async () => {
      const start = 'a passphrase of many words, '.repeat(10).slice(0, 255);
      const password = `${start}y`;
      const account = { username: 'lengthy', email: 'lengthy@example.com', password };
      expect((await app.anonymous.post('/auth/register', account)).status).toBe(201);
      expect((await login('lengthy', `${start}z`)).status).toBe(401);
      expect((await login('lengthy', password.slice(0, 72))).status).toBe(401);
      expect((await login('lengthy', password)).status).toBe(200);
    });

    it('starts a new session each time', async () => {
      const [first, second] = [await login('bob'), await login('bob')];
      expect(first.body.refreshToken).not.toBe(second.body.refreshToken);
      expect(first.body.accessToken).not.toBe(second.body.accessToken);
    });
  });

  describe('a renamed account', () => {
    it('is found by its new name, which no one else can have', async () => {
      const carol = await app.register('carol');
      await app.register('dave');
      expect((await carol.patch<Problem>('/users/me', { username: 'DAVE' })).body.code).toBe('username_taken');
      const renamed = await carol.patch<Authenticated['user']>('/users/me', { username: 'Caroline' });
      expect([renamed.status, renamed.body.username]).toEqual([200, 'Caroline']);
      expect((await carol.get<Authenticated['user']>('/users/me')).body).toEqual(renamed.body);
      expect((await login('caroline')).status).toBe(200);
      expect((await login('carol')).status).toBe(401);
    });

    it('may change the case of its own name, and nothing at all', async () => {
      const erin = await app.register('erin');
      expect((await erin.patch<Authenticated['user']>('/users/me', { username: 'ERIN' })).body.username).toBe('ERIN');
      expect((await erin.patch<Authenticated['user']>('/users/me', {})).body.username).toBe('ERIN');
    });
  });

  describe('bearer challenges', () => {
    it('a request without a token is asked for one', async () => {
      for (const authorization of [undefined, 'Basic YTpi', 'Bearer']) {
        const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
        const answer = await app.anonymous.get<Problem>('/users/me', { headers });
        expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="latchkey"');
      }
    });

    it('exactly one token is taken, as RFC 6750 writes it: a good one with anything beside it is refused', async () => {
      const { accessToken } = (await app.register('frank')).session;
      const { body } = await app.anonymous.as(accessToken).post<{ token: string }>('/auth/api-tokens', {
        ...{ name: 'Script', scopes: ['account:read'], password: PASSWORD },
      });
      for (const token of [accessToken, body.token]) {
        const ask = (authorization: string) => app.anonymous.get<Problem>('/users/me', { headers: { authorization } });
        for (const good of [`Bearer ${token}`, `bearer  ${token}`]) expect((await ask(good)).status).toBe(200);
        const wrong = [
          `${token} x`,
          `token ${token}`,
          `${token},`,
          `\t${token}`,
          `"${token}"`,
          `=${token}`,
          `${token}=x`,
        ];
        for (const sent of [...wrong, 'token x', 'lk_ x']) {
          const { status, body, headers } = await ask(`Bearer ${sent}`);
          expect([sent, status, body.code]).toEqual([sent, 401, 'invalid_token']);
          expect(headers.get('www-authenticate')).toBe('Bearer realm="latchkey", error="invalid_token"');
        }
        expect((await ask(`x Bearer ${token}`)).body.code).toBe('unauthenticated');
      }
    });

    it('an invalid token is reported as such', async () => {
      const answer = await app.anonymous.as('nonsense').get<Problem>('/users/me');
      expect([answer.status, answer.body.code]).toEqual([401, 'invalid_token']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="latchkey", error="invalid_token"');
    });
  });
});
