import { type Actor, TestApp } from './support/app';
import { type Authenticated, type Client, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

const NEW_PASSWORD = 'a longer and better passphrase';

onEachDatabase((dialect) => {
  let app: TestApp;
  let names = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  const register = () => app.register(`person-${(names += 1)}`);

  const login = (actor: Actor, password: string) =>
    app.anonymous.post<Authenticated>('/auth/login', { username: actor.session.user.username, password });

  const change = (actor: Actor, currentPassword: string, newPassword: string) =>
    actor.send<Problem>('PUT', '/auth/password', { currentPassword, newPassword });

  it('makes the new password the only one', async () => {
    const alice = await register();
    expect((await change(alice, PASSWORD, NEW_PASSWORD)).status).toBe(200);
    expect((await login(alice, PASSWORD)).status).toBe(401);
    expect((await login(alice, NEW_PASSWORD)).status).toBe(200);
  });

  it('ends every other session at once, this one stays, and no one else is logged out', async () => {
    const [alice, bob] = [await register(), await register()];
    const other = (await login(alice, PASSWORD)).body;
    expect((await app.anonymous.as(other.accessToken).get('/users/me')).status).toBe(200);
    expect((await change(alice, PASSWORD, NEW_PASSWORD)).status).toBe(200);
    expect((await app.anonymous.as(other.accessToken).get('/users/me')).status).toBe(401);
    expect((await app.anonymous.post('/auth/refresh', { refreshToken: other.refreshToken })).status).toBe(401);
    expect((await alice.get('/users/me')).status).toBe(200);
    expect((await app.anonymous.post('/auth/refresh', { refreshToken: alice.session.refreshToken })).status).toBe(200);
    expect((await bob.get('/users/me')).status).toBe(200);
  });

  it('requires the current password; with a wrong one nothing changes', async () => {
    const alice = await register();
    const other = (await login(alice, PASSWORD)).body;
    const refused = await change(alice, 'not this one', NEW_PASSWORD);
    expect([refused.status, refused.body.code]).toEqual([401, 'invalid_credentials']);
    expect((await app.anonymous.as(other.accessToken).get('/users/me')).status).toBe(200);
    expect((await login(alice, PASSWORD)).status).toBe(200);
    expect((await login(alice, NEW_PASSWORD)).status).toBe(401);
  });

  it('of ten changes at once with the same current password exactly one wins', async () => {
    const alice = await register();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => change(alice, PASSWORD, `${NEW_PASSWORD} ${index}`)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(9);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect((await login(alice, `${NEW_PASSWORD} ${winner}`)).status).toBe(200);
  });

  it('refuses a new password that is too short or too long', async () => {
    const alice = await register();
    for (const wrong of ['1234567', 'x'.repeat(257)]) {
      const { status, body } = await change(alice, PASSWORD, wrong);
      expect([status, body.errors?.[0]?.pointer]).toEqual([400, '/newPassword']);
    }
    expect((await login(alice, PASSWORD)).status).toBe(200);
  });

  it('refuses an easily guessed new password, and says why', async () => {
    const alice = await register();
    for (const weak of ['Password123', `${alice.session.user.username}!`, 'aaaaaaaaaa', 'hgfdsapoiuy']) {
      const { status, body } = await change(alice, PASSWORD, weak);
      expect([status, body.code, body.errors?.map(({ pointer }) => pointer)]).toEqual([
        400,
        'weak_password',
        ['/newPassword'],
      ]);
      expect(body.detail).toMatch(/^The password .+\. Choose .+\.$/);
    }
    expect((await login(alice, PASSWORD)).status).toBe(200);
  });

  it('leaves no session to a concurrent login with the old password', async () => {
    for (let round = 0; round < 5; round += 1) {
      const alice = await register();
      const logins = Array.from({ length: 8 }, () => login(alice, PASSWORD));
      const [changed, ...answers] = await Promise.all([change(alice, PASSWORD, NEW_PASSWORD), ...logins]);
      expect(changed.status).toBe(200);
      for (const { status, body } of answers) {
        expect([200, 401]).toContain(status);
        if (status === 200) expect((await app.anonymous.as(body.accessToken).get('/users/me')).status).toBe(401);
      }
    }
  });

  describe('and API tokens', () => {
    const makeTokens = async (owner: Actor, count: number) => {
      const wanted = { name: 'Script', scopes: ['account:read'], password: PASSWORD };
      const tokens: string[] = [];
      for (let index = 0; index < count; index += 1) {
        tokens.push((await owner.post<{ token: string }>('/auth/api-tokens', wanted)).body.token);
      }
      return tokens.map((token) => app.anonymous.as(token));
    };
    const statuses = (scripts: Client[]) =>
      Promise.all(scripts.map(async (script) => (await script.get('/users/me')).status));
    const proven = () => app.registerProven(`person-${(names += 1)}`);
    const notice = async ({ session }: Actor) => (await app.mailTo(session.user.email)).at(-1)?.text;
    const wanted = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };

    it('revokes them too, and reports the number in the response and in the mail', async () => {
      const [alice, bob] = [await proven(), await register()];
      const [scripts, others] = [await makeTokens(alice, 2), await makeTokens(bob, 1)];
      await login(alice, PASSWORD);
      expect(await statuses([...scripts, ...others])).toEqual([200, 200, 200]);
      const { status, body } = await alice.send('PUT', '/auth/password', wanted);
      expect([status, body]).toEqual([200, { sessionsEnded: 1, apiTokensEnded: 2 }]);
      expect(await statuses([...scripts, ...others])).toEqual([401, 401, 200]);
      expect(await notice(alice)).toContain('API tokens revoked: 2. API tokens that still work: 0.');
    });

    it('keeps them if its owner chooses so, and says so in the mail', async () => {
      const alice = await proven();
      const scripts = await makeTokens(alice, 2);
      const { body } = await alice.send('PUT', '/auth/password', { ...wanted, endApiTokens: false });
      expect(body).toEqual({ sessionsEnded: 0, apiTokensEnded: 0 });
      expect(await statuses(scripts)).toEqual([200, 200]);
      expect(await notice(alice)).toContain('API tokens revoked: 0. API tokens that still work: 2.');
    });

    it('revokes those that are created concurrently', async () => {
      const alice = await register();
      const [made, changed] = await Promise.all([makeTokens(alice, 3), alice.send('PUT', '/auth/password', wanted)]);
      expect(changed.status).toBe(200);
      expect(new Set(await statuses(made))).toEqual(new Set([401]));
    });
  });

  it('is closed to API tokens', async () => {
    const alice = await register();
    const wanted = { name: 'Script', scopes: ['notes:read', 'notes:write', 'account:read'], password: PASSWORD };
    const { body } = await alice.post<{ token: string }>('/auth/api-tokens', wanted);
    const script = app.anonymous.as(body.token);
    const passwords = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    expect((await script.send<Problem>('PUT', '/auth/password', passwords)).body.code).toBe('insufficient_scope');
  });
});
