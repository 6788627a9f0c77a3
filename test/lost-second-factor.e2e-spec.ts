import { TestApp } from './support/app';
import { Authenticator, type ChallengeBody, type Protected, type SecondFactorBody } from './support/authenticator';
import { type Authenticated, type Problem, PASSWORD } from './support/client';
import { runCommand } from './support/command';
import { createDatabase, onEachDatabase } from './support/databases';

const HOUR = 3_600_000;

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  const login = ({ actor }: Protected) =>
    app.anonymous.post<Authenticated & ChallengeBody>('/auth/login', {
      username: actor.session.user.username,
      password: PASSWORD,
    });

  const newProtected = async (): Promise<Protected> => {
    const actor = await app.registerProven();
    return { actor, authenticator: await Authenticator.enroll(app, actor) };
  };

  const report = async (mine: Protected) => {
    const { challengeToken } = (await login(mine)).body;
    return app.anonymous.post<Problem>('/auth/second-factor/lost', { challengeToken });
  };

  const mailsOf = async ({ actor }: Protected) =>
    (await app.mailTo(actor.session.user.email)).filter(({ subject }) => subject.includes('will be removed'));

  const pass = async (hours: number) => {
    app.clock.advance(hours * HOUR);
    await app.runJob('remove-lost-factors');
  };

  it('E10 a lost factor is removed after 72 hours and three mails, and not before', async () => {
    const mine = await newProtected();
    expect((await report(mine)).status).toBe(202);
    const counts = [];
    for (const hours of [0, 23, 1, 24, 23]) {
      await pass(hours);
      counts.push((await mailsOf(mine)).length);
    }
    expect(counts).toEqual([1, 1, 2, 3, 3]);
    // Asking again does not begin another wait.
    expect((await report(mine)).status).toBe(202);
    expect((await login(mine)).status).toBe(202);
    await pass(1);
    const { status, body } = await login(mine);
    expect(status).toBe(200);
    const { body: factors } = await app.anonymous.as(body.accessToken).get<SecondFactorBody>('/auth/second-factor');
    expect(factors).toMatchObject({ required: false, totp: [], recoveryCodesLeft: 0 });
    const subjects = (await app.mailTo(mine.actor.session.user.email)).map(({ subject }) => subject);
    expect(subjects).toContain('Your second factors were removed');
  });

  it('E10 a sign-in stops the wait', async () => {
    const mine = await newProtected();
    await report(mine);
    await app.sendMail();
    const { challengeToken } = (await login(mine)).body;
    const [recoveryCode] = mine.authenticator.recoveryCodes;
    expect((await app.anonymous.post('/auth/second-factor', { challengeToken, recoveryCode })).status).toBe(200);
    await pass(72);
    expect((await login(mine)).status).toBe(202);
    expect(await mailsOf(mine)).toHaveLength(1);
  });

  it('E10 one link stops the wait, once, and for its own account only', async () => {
    const [alice, bob] = [await newProtected(), await newProtected()];
    await report(alice);
    await report(bob);
    const token = (await mailsOf(alice))[0]?.token;
    const keep = () => app.anonymous.post('/auth/second-factor/keep', { token });
    expect([(await keep()).status, (await keep()).status]).toEqual([204, 400]);
    await pass(72);
    expect([(await login(alice)).status, (await login(bob)).status]).toEqual([202, 200]);
  });

  it('E10 starts only after a first factor, and only where the owner would be told', async () => {
    const mine = await newProtected();
    const nonsense = await app.anonymous.post<Problem>('/auth/second-factor/lost', { challengeToken: 'lkc_nonsense' });
    expect([nonsense.status, nonsense.body.code]).toEqual([401, 'invalid_challenge']);
    const unproven = await app.register();
    const authenticator = await Authenticator.enroll(app, unproven);
    expect((await report({ actor: unproven, authenticator })).body.code).toBe('conflict');
    expect(await mailsOf(mine)).toEqual([]);
  });

  it('E10 an administrator starts the same wait', async () => {
    const [mine, admin] = [await newProtected(), await app.registerAdmin()];
    const path = `/admin/users/${mine.actor.session.user.id}/second-factor`;
    expect((await mine.actor.delete(path)).status).toBe(403);
    expect((await admin.delete(path)).status).toBe(202);
    expect(await mailsOf(mine)).toHaveLength(1);
    await pass(71);
    expect((await login(mine)).status).toBe(202);
    await pass(1);
    expect((await login(mine)).status).toBe(200);
  });

  it('a password reset does not shorten the wait', async () => {
    const mine = await newProtected();
    await report(mine);
    const { email } = mine.actor.session.user;
    await app.anonymous.post('/auth/password/forgot', { email });
    const token = (await app.mailTo(email)).findLast(({ subject }) => subject.includes('password'))?.token;
    const password = PASSWORD;
    await app.anonymous.post('/auth/password/reset', { token, password });
    await pass(71);
    expect((await login(mine)).status).toBe(202);
  });

  it('users:remove-second-factor removes them at once, and tells the owner', async () => {
    const mine = await newProtected();
    const { username, email } = mine.actor.session.user;
    const { code, stdout } = await runCommand(app.database.env, ['users:remove-second-factor', username]);
    expect([code, stdout]).toEqual([0, `Removed the second factors of ${username}.\n`]);
    expect((await login(mine)).status).toBe(200);
    expect((await app.mailTo(email)).map(({ subject }) => subject)).toContain('Your second factors were removed');
  });

  it('E7 the first proof of an address by a reset removes the factors of the stranger who registered it', async () => {
    const mallory = await app.register();
    const { email, username } = mallory.session.user;
    await Authenticator.enroll(app, mallory);
    await app.anonymous.post('/auth/password/forgot', { email });
    const token = (await app.mailTo(email)).findLast((mail) => mail.token !== undefined)?.token;
    const password = 'purple lamps eat quiet mornings';
    expect((await app.anonymous.post('/auth/password/reset', { token, password })).status).toBe(204);
    const { status, body } = await app.anonymous.post<Authenticated>('/auth/login', { username, password });
    expect(status).toBe(200);
    const factors = await app.anonymous.as(body.accessToken).get<SecondFactorBody>('/auth/second-factor');
    expect(factors.body).toMatchObject({ required: false, totp: [], passkeys: [], recoveryCodesLeft: 0 });
  });

  it('E6 undoing a change of address removes factors from after it, and keeps older ones', async () => {
    const mine = await newProtected();
    const { email } = mine.actor.session.user;
    app.clock.advance(1000);
    await mine.actor.post('/users/me/email', { email: `thief-${dialect}@example.com`, password: PASSWORD });
    await app.prove(`thief-${dialect}@example.com`);
    app.clock.advance(1000);
    const stolen = await Authenticator.enroll(app, mine.actor, 'Thief');
    const token = (await app.mailTo(email)).findLast(({ token: sent }) => sent !== undefined)?.token;
    expect((await app.anonymous.post('/auth/email/undo', { token })).status).toBe(204);
    const { body } = await login(mine);
    const { challengeToken } = body;
    expect((await app.anonymous.post('/auth/second-factor', { challengeToken, totp: stolen.code() })).status).toBe(401);
    const totp = mine.authenticator.code();
    expect((await app.anonymous.post('/auth/second-factor', { challengeToken, totp })).status).toBe(200);
  });

  // Last, because passport keeps the strategy of the newest application of a process.
  it('codes stay right when the secret is replaced, once keys:rotate --drop-old has run', async () => {
    const database = await createDatabase(dialect);
    const [old, next] = ['an old secret of at least 32 bytes!!', 'a new secret of at least 32 bytes!!!'];
    const first = await TestApp.on(database, { APP_SECRET: old });
    const actor = await first.register();
    const authenticator = await Authenticator.enroll(first, actor);
    const { clock } = first;
    await first.app.close();
    const env = { ...database.env, APP_SECRET: `${next},${old}` };
    expect(await runCommand(env, ['keys:rotate', '--drop-old'])).toMatchObject({ code: 0 });
    const second = await TestApp.on(database, { APP_SECRET: next });
    second.clock.advance(clock.now() - second.clock.now());
    const credentials = { username: actor.session.user.username, password: PASSWORD };
    const { body } = await second.anonymous.post<ChallengeBody>('/auth/login', credentials);
    const sent = { challengeToken: body.challengeToken, totp: authenticator.code() };
    expect((await second.anonymous.post('/auth/second-factor', sent)).status).toBe(200);
    await second.stop();
  });
});
