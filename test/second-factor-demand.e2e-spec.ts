import { OPERATOR } from '../src/platform/audit/domain-events';
import { UsersService } from '../src/users/users.service';
import { TestApp } from './support/app';
import { Authenticator, type ChallengeBody } from './support/authenticator';
import { type Authenticated, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { SECOND_FACTOR: 'admins' });
  });

  afterAll(() => app.stop());

  const login = (username: string) =>
    app.anonymous.post<Authenticated & ChallengeBody>('/auth/login', { username, password: PASSWORD });

  const complete = (body: object) => app.anonymous.post<Authenticated & Problem>('/auth/second-factor', body);

  const codeOf = ({ status, body }: { status: number; body: unknown }) => [status, (body as Problem).code] as const;

  it('an administrator without a factor enrolls one during the login, with a token that is valid for nothing else', async () => {
    const admin = await app.registerAdmin();
    const { status, body } = await login(admin.session.user.username);
    expect([status, body.status, body.methods.sort()]).toEqual([
      202,
      'second_factor_enrolment_required',
      ['passkey', 'totp'],
    ]);
    const { challengeToken } = body;
    const caller = app.anonymous.as(challengeToken);
    // M7: nothing but the enrollment.
    const requests = [
      caller.get('/users/me'),
      caller.get('/admin/users'),
      caller.get('/auth/second-factor'),
      caller.post('/auth/recovery-codes'),
      caller.send('PUT', '/auth/second-factor', { required: false }),
      caller.post('/auth/step-up', { password: PASSWORD }),
      caller.delete(`/auth/totp/${admin.session.user.id}`),
    ];
    expect((await Promise.all(requests)).map(codeOf)).toEqual(requests.map(() => [401, 'invalid_token']));
    expect((await complete({ challengeToken })).status).toBe(401);
    const next = (await login(admin.session.user.username)).body.challengeToken;
    const authenticator = await Authenticator.enroll(app, app.anonymous.as(next));
    expect(authenticator.recoveryCodes).toHaveLength(10);
    // The other challenge is gone, and the token enrolls no second factor.
    expect((await caller.post('/auth/totp', {})).status).toBe(401);
    expect((await app.anonymous.as(next).post('/auth/totp', {})).status).toBe(401);
    const answers = await Promise.all(Array.from({ length: 20 }, () => complete({ challengeToken: next })));
    expect(answers.filter(({ status: answered }) => answered === 200)).toHaveLength(1);
    const session = answers.find(({ status: answered }) => answered === 200)?.body;
    expect((await app.anonymous.as(session?.accessToken).get('/admin/users')).status).toBe(200);
    const again = await login(admin.session.user.username);
    expect([again.status, again.body.status]).toEqual([202, 'second_factor_required']);
  });

  it('other accounts need none', async () => {
    const alice = await app.register();
    expect((await login(alice.session.user.username)).status).toBe(200);
  });

  it('a session from before its account became an administrator is not refreshed', async () => {
    const alice = await app.register();
    await app.app.get(UsersService).updateStatus(OPERATOR, alice.session.user.id, { roles: ['user', 'admin'] });
    const refreshed = await app.anonymous.post('/auth/refresh', { refreshToken: alice.session.refreshToken });
    expect(codeOf(refreshed)).toEqual([401, 'invalid_refresh_token']);
    expect((await alice.get('/users/me')).status).toBe(401);
  });

  it('an administrator cannot do without', async () => {
    const admin = await app.registerAdmin();
    const { challengeToken } = (await login(admin.session.user.username)).body;
    await Authenticator.enroll(app, app.anonymous.as(challengeToken));
    const { body } = await complete({ challengeToken });
    const answer = await app.anonymous.as(body.accessToken).send('PUT', '/auth/second-factor', { required: false });
    expect(codeOf(answer)).toEqual([409, 'conflict']);
  });
});

it('SECOND_FACTOR=everyone has a registration enroll a factor before its first session', async () => {
  const app = await TestApp.start('sqlite', { SECOND_FACTOR: 'everyone' });
  try {
    const account = { username: 'alice', email: 'alice@example.com', password: PASSWORD };
    const { status, body, headers } = await app.anonymous.post<ChallengeBody>('/auth/register', account);
    expect([status, body.status]).toEqual([202, 'second_factor_enrolment_required']);
    expect([headers.get('x-device-token'), headers.get('location')]).toEqual([null, null]);
    await Authenticator.enroll(app, app.anonymous.as(body.challengeToken));
    const { challengeToken } = body;
    expect((await app.anonymous.post('/auth/second-factor', { challengeToken })).status).toBe(200);
  } finally {
    await app.stop();
  }
});
