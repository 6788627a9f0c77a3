import jwt from 'jsonwebtoken';
import { Database } from '../src/platform/database/database.service';
import { type Actor, TestApp } from './support/app';
import { Authenticator, type ChallengeBody, type Protected, type SecondFactorBody } from './support/authenticator';
import { type Authenticated, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

/** RFC 8725 claims that the tests read. */
interface Claims {
  acr: string;
  amr: string[];
  auth_time: number;
}

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { TRUSTED_DEVICE_TTL: '86400' });
  });

  afterAll(() => app.stop());

  const login = (username: string, headers: Record<string, string> = {}) =>
    app.anonymous.post<Authenticated & ChallengeBody>('/auth/login', { username, password: PASSWORD }, { headers });

  const complete = (body: object) => app.anonymous.post<Authenticated & Problem>('/auth/second-factor', body);

  const challengeOf = async ({ session }: Actor) => (await login(session.user.username)).body.challengeToken;

  const newProtected = async (name?: string): Promise<Protected> => {
    const actor = await app.registerProven(name);
    return { actor, authenticator: await Authenticator.enroll(app, actor) };
  };

  /** Signs in with both factors. */
  const signIn = async ({ actor, authenticator }: Protected) => {
    app.clock.advance(30_000);
    const challengeToken = await challengeOf(actor);
    const { status, body, text } = await complete({ challengeToken, totp: authenticator.code() });
    if (status !== 200) throw new Error(`second-factor answered ${status}: ${text}`);
    return body;
  };

  const codeOf = ({ status, body }: { status: number; body: unknown }) => [status, (body as Problem).code] as const;

  const claimsOf = ({ accessToken }: Authenticated) => jwt.decode(accessToken, { json: true }) as Claims | null;

  const rowsIn = (table: string, userId: string) =>
    app.app.get(Database).manager.query<object[]>(`SELECT * FROM "${table}" WHERE "userId" = '${userId}'`);

  describe('a login of an account with an authenticator app', () => {
    it('answers 202 with a challenge and no token of any kind, and 200 for the challenge with a code', async () => {
      const { actor, authenticator } = await newProtected();
      const sessions = (await rowsIn('sessions', actor.session.user.id)).length;
      const first = await login(actor.session.user.username);
      expect(first.status).toBe(202);
      expect(first.body).toEqual({
        status: 'second_factor_required',
        challengeToken: expect.stringMatching(/^lkc_/) as string,
        expiresIn: 300,
        methods: ['totp', 'recovery_code'],
      });
      // M6: no session before the second factor, and no device token.
      expect(first.headers.get('set-cookie')).toBeNull();
      expect(first.headers.get('x-device-token')).toBeNull();
      expect(await rowsIn('sessions', actor.session.user.id)).toHaveLength(sessions);
      const second = await complete({ challengeToken: first.body.challengeToken, totp: authenticator.code() });
      expect([second.status, second.body.user.id]).toEqual([200, actor.session.user.id]);
      expect(second.headers.get('x-device-token')).toMatch(/^lkd_/);
      expect(claimsOf(second.body)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] });
      expect((await app.anonymous.as(second.body.accessToken).get('/users/me')).status).toBe(200);
    });

    it('M1 accepts a code once, of 20 at once with 20 challenges', async () => {
      const { actor, authenticator } = await newProtected();
      const tokens = await Promise.all(Array.from({ length: 20 }, () => challengeOf(actor)));
      const totp = authenticator.code();
      const answers = await Promise.all(tokens.map((challengeToken) => complete({ challengeToken, totp })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const { status } of answers) expect([200, 401, 429]).toContain(status);
    });

    it('M1 refuses the code of an accepted step for good: a second later, in the next step, at step-up, and older ones', async () => {
      const mine = await newProtected();
      const { actor, authenticator } = mine;
      const [totp, older] = [authenticator.code(), authenticator.code(-30_000)];
      const { body } = await complete({ challengeToken: await challengeOf(actor), totp });
      const refusals = [];
      for (const code of [totp, older]) {
        refusals.push(codeOf(await complete({ challengeToken: await challengeOf(actor), totp: code })));
      }
      refusals.push(codeOf(await app.anonymous.as(body.accessToken).post('/auth/step-up', { totp })));
      app.clock.advance(30_000);
      refusals.push(codeOf(await complete({ challengeToken: await challengeOf(actor), totp })));
      expect(refusals).toEqual(Array.from({ length: 4 }, () => [401, 'invalid_second_factor']));
      // M11: the clock goes back, and the step stays used.
      app.clock.advance(-30_000);
      expect((await complete({ challengeToken: await challengeOf(actor), totp })).status).toBe(401);
      app.clock.advance(30_000);
    });

    it('M2 spends a challenge once, of 20 at once', async () => {
      const { actor, authenticator } = await newProtected();
      const challengeToken = await challengeOf(actor);
      const codes = authenticator.recoveryCodes;
      const bodies = Array.from({ length: 20 }, (_, index) => ({ challengeToken, recoveryCode: codes[index % 10] }));
      const answers = await Promise.all(bodies.map(complete));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(codeOf(await complete({ challengeToken, totp: authenticator.code() }))).toEqual([
        401,
        'invalid_challenge',
      ]);
      // E4: whatever was sent at once, the sign-in spent one code.
      const { body } = await app.anonymous
        .as(answers.find(({ status }) => status === 200)?.body.accessToken)
        .get<SecondFactorBody>('/auth/second-factor');
      expect(body.recoveryCodesLeft).toBe(9);
    });

    it('M2 refuses an expired challenge, another account’s code, and a challenge from before a change of the account', async () => {
      const [alice, bob] = [await newProtected(), await newProtected()];
      const crossed = await complete({
        challengeToken: await challengeOf(alice.actor),
        totp: bob.authenticator.code(),
      });
      expect(codeOf(crossed)).toEqual([401, 'invalid_second_factor']);
      const expired = await challengeOf(alice.actor);
      app.clock.advance(300_000);
      const attempt = (challengeToken: string) => complete({ challengeToken, totp: alice.authenticator.code() });
      expect(codeOf(await attempt(expired))).toEqual([401, 'invalid_challenge']);
      const session = app.anonymous.as((await signIn(alice)).accessToken);
      app.clock.advance(30_000);
      const before = await challengeOf(alice.actor);
      const change = { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` };
      expect((await session.send('PUT', '/auth/password', change)).status).toBe(200);
      expect(codeOf(await attempt(before))).toEqual([401, 'invalid_challenge']);
      const relogin = () =>
        app.anonymous.post<ChallengeBody>('/auth/login', {
          username: alice.actor.session.user.username,
          password: change.newPassword,
        });
      const early = (await relogin()).body.challengeToken;
      expect((await session.delete('/auth/sessions')).status).toBe(204);
      expect(codeOf(await attempt(early))).toEqual([401, 'invalid_challenge']);
      const open = (await relogin()).body.challengeToken;
      const extra = await Authenticator.enroll(app, session, 'Tablet');
      expect((await session.delete(`/auth/totp/${extra.id}`)).status).toBe(204);
      expect(codeOf(await attempt(open))).toEqual([401, 'invalid_challenge']);
      const last = (await relogin()).body.challengeToken;
      const admin = await app.registerAdmin();
      expect((await admin.patch(`/admin/users/${alice.actor.session.user.id}`, { isActive: false })).status).toBe(200);
      expect(codeOf(await attempt(last))).toEqual([401, 'invalid_challenge']);
    });

    it('M3 judges 5 codes for one challenge, also of 20 at once, and new challenges share the count of the account', async () => {
      const { actor, authenticator } = await newProtected();
      const totp = authenticator.wrongCode();
      const challengeToken = await challengeOf(actor);
      const answers = await Promise.all(Array.from({ length: 20 }, () => complete({ challengeToken, totp })));
      const judged = answers.filter(({ body }) => body.code === 'invalid_second_factor');
      expect(judged).toHaveLength(5);
      expect(codeOf(await complete({ challengeToken, totp: authenticator.code() }))).toEqual([
        401,
        'invalid_challenge',
      ]);
      const next = await challengeOf(actor);
      for (let wrong = 0; wrong < 5; wrong += 1) await complete({ challengeToken: next, totp });
      const third = await challengeOf(actor);
      const delayed = await complete({ challengeToken: third, totp: authenticator.code() });
      expect(codeOf(delayed)).toEqual([429, 'rate_limited']);
      expect(delayed.headers.get('retry-after')).toBe('1');
      // M5: the delay holds at step-up too, and recovery codes are not concerned.
      expect((await actor.post('/auth/step-up', { totp: authenticator.code() })).status).toBe(429);
      app.clock.advance(1000);
      expect((await complete({ challengeToken: third, totp: authenticator.code() })).status).toBe(200);
    });

    it('M3 after 100 wrong codes in a row takes a recovery code only, which ends that', async () => {
      const { actor, authenticator } = await newProtected();
      const { id } = actor.session.user;
      const challengeToken = await challengeOf(actor);
      const { manager } = app.app.get(Database);
      await manager.query(
        `INSERT INTO "factor_attempts" ("userId", "failures", "blockedUntil") VALUES ('${id}', 99, 0)`,
      );
      await complete({ challengeToken, totp: authenticator.wrongCode() });
      app.clock.advance(3_600_000);
      const later = await challengeOf(actor);
      expect((await complete({ challengeToken: later, totp: authenticator.code() })).status).toBe(429);
      const [recoveryCode] = authenticator.recoveryCodes;
      expect((await complete({ challengeToken: later, recoveryCode })).status).toBe(200);
      app.clock.advance(30_000);
      const free = await challengeOf(actor);
      expect((await complete({ challengeToken: free, totp: authenticator.code() })).status).toBe(200);
    });

    it('M5 does not let wrong passwords spend codes, nor the other way round', async () => {
      const { actor, authenticator } = await newProtected();
      const { username } = actor.session.user;
      for (let wrong = 0; wrong < 12; wrong += 1) {
        await app.anonymous.post('/auth/login', { username, password: 'not the password' });
      }
      const challengeToken = await challengeOf(actor);
      expect(await rowsIn('factor_attempts', actor.session.user.id)).toEqual([]);
      await complete({ challengeToken, totp: authenticator.wrongCode() });
      expect((await login(username)).status).toBe(202);
      expect((await complete({ challengeToken, totp: authenticator.code() })).status).toBe(200);
    });

    it('M7 gives a challenge token no access to any route', async () => {
      const { actor } = await newProtected();
      const caller = app.anonymous.as(await challengeOf(actor));
      const requests = [
        caller.get('/users/me'),
        caller.get('/notes'),
        caller.get('/auth/second-factor'),
        caller.post('/auth/totp', {}),
        caller.post('/auth/step-up', { password: PASSWORD }),
        caller.delete('/auth/sessions'),
      ];
      const codes = (await Promise.all(requests)).map(codeOf);
      expect(codes).toEqual(requests.map(() => [401, 'invalid_token']));
    });

    it.each([
      ['12345'],
      ['1234567'],
      ['123456789'],
      [' 123456'],
      ['１２３４５６'],
      ['12345\0'],
      [123456],
      [['123456']],
      [{ code: '123456' }],
      ['1'.repeat(10_000)],
    ])('M9 refuses a code of another shape: %#', async (totp) => {
      const { status } = await complete({ challengeToken: 'lkc_nonsense', totp });
      expect(status).toBe(400);
    });

    it('M9 refuses two factors at once', async () => {
      const { status } = await complete({ challengeToken: 'lkc_x', totp: '123456', recoveryCode: 'A'.repeat(24) });
      expect(status).toBe(400);
    });
  });

  describe('what is stored', () => {
    it('M10 has no seed, code or challenge in the clear, and a seed works in its own row only', async () => {
      const [alice, bob] = [await newProtected(), await newProtected()];
      const challengeToken = await challengeOf(alice.actor);
      const tables = ['totp_authenticators', 'recovery_codes', 'sign_in_challenges', 'outbox_messages', 'audit_events'];
      const { manager } = app.app.get(Database);
      const dump = JSON.stringify(await Promise.all(tables.map((table) => manager.query(`SELECT * FROM "${table}"`))));
      const secrets = [...alice.authenticator.recoveryCodes, challengeToken];
      for (const secret of secrets) {
        expect(dump).not.toContain(secret);
        expect(dump).not.toContain(secret.replaceAll('-', ''));
      }
      await manager.query(
        `UPDATE "totp_authenticators" SET "seed" = (SELECT "seed" FROM "totp_authenticators" WHERE "id" = '${bob.authenticator.id}')
          WHERE "id" = '${alice.authenticator.id}'`,
      );
      expect(codeOf(await complete({ challengeToken, totp: bob.authenticator.code() }))).toEqual([
        401,
        'invalid_second_factor',
      ]);
    });
  });

  describe('enrollment', () => {
    it('E1 neither asks for nor takes codes of an authenticator before it is confirmed, within 10 minutes, once', async () => {
      const actor = await app.registerProven();
      const added = await actor.post<{ id: string; secret: string; uri: string }>('/auth/totp', { name: 'Phone' });
      expect(added.body.uri).toContain(`secret=${added.body.secret}`);
      expect((await login(actor.session.user.username)).status).toBe(200);
      expect((await actor.get<SecondFactorBody>('/auth/second-factor')).body).toMatchObject({
        required: false,
        totp: [],
      });
      app.clock.advance(240_000);
      const { authenticator } = { authenticator: await Authenticator.enroll(app, actor, 'Tablet') };
      const before = await actor.get<SecondFactorBody>('/auth/second-factor');
      expect(before.body.totp.map(({ name }) => name)).toEqual(['Tablet']);
      expect(before.body).toMatchObject({ required: true, recoveryCodesLeft: 10 });
      expect(codeOf(await actor.post(`/auth/totp/${authenticator.id}/confirm`, { code: '123456' }))).toEqual([
        404,
        'not_found',
      ]);
      app.clock.advance(600_000);
      const session = app.anonymous.as((await signIn({ actor, authenticator })).accessToken);
      expect((await session.post(`/auth/totp/${added.body.id}/confirm`, { code: '123456' })).status).toBe(404);
    });

    it('E1 confirms once, of 20 at once, and a wrong code confirms nothing', async () => {
      const actor = await app.registerProven();
      const { body } = await actor.post<{ id: string; secret: string }>('/auth/totp', {});
      expect((await actor.post(`/auth/totp/${body.id}/confirm`, { code: '000000' })).status).toBe(401);
      const { Secret, TOTP } = await import('otpauth');
      const code = new TOTP({ secret: Secret.fromBase32(body.secret) }).generate({ timestamp: app.clock.now() });
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => actor.post(`/auth/totp/${body.id}/confirm`, { code })),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });

    it('E2 asks for a recent second factor before anything that could lose the account', async () => {
      const mine = await newProtected();
      const { id } = mine.authenticator;
      const session = app.anonymous.as((await signIn(mine)).accessToken);
      const requests: [string, string, object?][] = [
        ['POST', '/auth/totp', {}],
        ['DELETE', `/auth/totp/${id}`],
        ['POST', '/auth/recovery-codes'],
        ['PUT', '/auth/second-factor', { required: false }],
        ['POST', '/users/me/email', { email: 'thief@example.com', password: PASSWORD }],
        ['PUT', '/auth/password', { currentPassword: PASSWORD, newPassword: 'stolen horse battery staple' }],
        ['DELETE', '/users/me', { password: PASSWORD }],
        ['GET', '/users/me/export'],
        ['POST', '/auth/api-tokens', { name: 'x', scopes: ['notes:read'], password: PASSWORD }],
        ['DELETE', '/auth/sessions'],
      ];
      app.clock.advance(300_001);
      for (const [method, path, body] of requests) {
        const {
          status,
          body: problem,
          headers,
        } = await session.send<Problem & { methods: string[] }>(method, path, body);
        expect([method, path, status, problem.code]).toEqual([method, path, 401, 'step_up_required']);
        expect(problem.methods).toEqual(['totp', 'recovery_code']);
        // S1: the challenge of RFC 9470.
        expect(headers.get('www-authenticate')).toBe(
          'Bearer realm="latchkey", error="insufficient_user_authentication", acr_values="aal2", max_age="300"',
        );
      }
    });

    it('E3 lets neither an API token, a refresh nor a trusted device count as a recent authentication', async () => {
      const mine = await newProtected();
      const first = await signIn(mine);
      const session = app.anonymous.as(first.accessToken);
      const token = { name: 'Script', scopes: ['account:read'], password: PASSWORD };
      const { body: made } = await session.post<{ token: string }>('/auth/api-tokens', token);
      expect((await app.anonymous.as(made.token).get('/users/me/export')).status).toBe(403);
      app.clock.advance(300_001);
      const refreshed = await app.anonymous.post<Authenticated>('/auth/refresh', { refreshToken: first.refreshToken });
      const renewed = app.anonymous.as(refreshed.body.accessToken);
      expect(codeOf(await renewed.get('/users/me/export'))).toEqual([401, 'step_up_required']);
      expect(claimsOf(refreshed.body)).toMatchObject({
        auth_time: claimsOf(first)?.auth_time,
        amr: claimsOf(first)?.amr,
        acr: 'aal2',
      });
    });

    it('E4 takes a recovery code once, in any case, with or without hyphens, and none of an older set or another account', async () => {
      const [alice, bob] = [await newProtected(), await newProtected()];
      const [first = '', second = '', third = ''] = alice.authenticator.recoveryCodes;
      const attempt = async (recoveryCode: string) =>
        complete({ challengeToken: await challengeOf(alice.actor), recoveryCode });
      const answer = await attempt(first.toLowerCase().replaceAll('-', ''));
      expect(answer.status).toBe(200);
      expect(claimsOf(answer.body)?.amr).toContain('mfa');
      expect((await attempt(first)).status).toBe(401);
      expect((await attempt(bob.authenticator.recoveryCodes[0] ?? '')).status).toBe(401);
      const races = await Promise.all(Array.from({ length: 20 }, () => attempt(second)));
      expect(races.filter(({ status }) => status === 200)).toHaveLength(1);
      const session = app.anonymous.as(answer.body.accessToken);
      const { status, body } = await session.post<{ recoveryCodes: string[] }>('/auth/recovery-codes');
      expect([status, body.recoveryCodes.length]).toEqual([201, 10]);
      expect((await attempt(third)).status).toBe(401);
      expect((await attempt(body.recoveryCodes[0] ?? '')).status).toBe(200);
      const mails = await app.mailTo(alice.actor.session.user.email);
      expect(mails.map(({ subject }) => subject)).toEqual(
        expect.arrayContaining(['A recovery code was used', 'New recovery codes for your account']),
      );
    });

    it('E5 lets a password reset neither log in nor remove a factor', async () => {
      const { actor, authenticator } = await newProtected();
      const { email, username } = actor.session.user;
      await app.anonymous.post('/auth/password/forgot', { email });
      const token = (await app.mailTo(email)).findLast((mail) => mail.token !== undefined)?.token;
      const newPassword = 'purple lamps eat quiet mornings';
      const reset = await app.anonymous.post<object>('/auth/password/reset', { token, password: newPassword });
      expect([reset.status, reset.text]).toEqual([204, '']);
      expect(reset.text).not.toContain('accessToken');
      const { status, body } = await app.anonymous.post<ChallengeBody>('/auth/login', {
        username,
        password: newPassword,
      });
      expect([status, body.methods]).toEqual([202, ['totp', 'recovery_code']]);
      expect((await complete({ challengeToken: body.challengeToken, totp: authenticator.code() })).status).toBe(200);
    });

    it('E9 ends other sessions with the first factor, keeps this one, and tells each change and each wrong code by mail', async () => {
      const actor = await app.registerProven();
      const other = await app.logIn(actor.session.user.username);
      const authenticator = await Authenticator.enroll(app, actor, 'Phone');
      expect((await other.get('/users/me')).status).toBe(401);
      expect((await actor.get('/users/me')).status).toBe(200);
      const refreshed = await app.anonymous.post<Authenticated>('/auth/refresh', {
        refreshToken: actor.session.refreshToken,
      });
      expect(claimsOf(refreshed.body)?.acr).toBe('aal2');
      const challengeToken = await challengeOf(actor);
      await complete({ challengeToken, totp: authenticator.wrongCode() });
      await complete({ challengeToken, totp: authenticator.wrongCode() });
      expect((await actor.delete(`/auth/totp/${authenticator.id}`)).status).toBe(204);
      const subjects = (await app.mailTo(actor.session.user.email)).map(({ subject }) => subject);
      expect(subjects.filter((subject) => subject === 'Wrong second factor for your account')).toHaveLength(1);
      expect(subjects).toEqual(
        expect.arrayContaining([
          'A second factor was added to your account',
          'A second factor was removed from your account',
        ]),
      );
      // Without a factor, the account is as before.
      expect((await login(actor.session.user.username)).status).toBe(200);
      expect((await actor.get<SecondFactorBody>('/auth/second-factor')).body).toMatchObject({
        required: false,
        recoveryCodesLeft: 0,
      });
    });

    it('E9 tells a wrong recovery code by mail', async () => {
      const { actor } = await newProtected();
      const challengeToken = await challengeOf(actor);
      expect((await complete({ challengeToken, recoveryCode: '0'.repeat(24) })).status).toBe(401);
      const subjects = (await app.mailTo(actor.session.user.email)).map(({ subject }) => subject);
      expect(subjects).toContain('Wrong second factor for your account');
    });

    it('is another owner’s to neither see, confirm nor remove', async () => {
      const [alice, bob] = [await newProtected(), await newProtected()];
      expect((await bob.actor.delete(`/auth/totp/${alice.authenticator.id}`)).status).toBe(404);
      expect((await bob.actor.post(`/auth/totp/${alice.authenticator.id}/confirm`, { code: '123456' })).status).toBe(
        404,
      );
      const { body } = await bob.actor.get<SecondFactorBody>('/auth/second-factor');
      expect(body.totp.map(({ id }) => id)).toEqual([bob.authenticator.id]);
    });

    it('can be optional for logins, and still raises a session', async () => {
      const mine = await newProtected();
      expect((await mine.actor.send('PUT', '/auth/second-factor', { required: false })).status).toBe(204);
      const { status, body } = await login(mine.actor.session.user.username);
      expect([status, claimsOf(body)?.acr]).toEqual([200, 'aal1']);
      const session = app.anonymous.as(body.accessToken);
      expect(codeOf(await session.get('/users/me/export'))).toEqual([401, 'step_up_required']);
      const raised = await session.post<Authenticated>('/auth/step-up', { totp: mine.authenticator.code() });
      expect([raised.status, claimsOf(raised.body)?.acr]).toEqual([200, 'aal2']);
      expect((await session.get('/users/me/export')).status).toBe(200);
      expect((await session.send('PUT', '/auth/second-factor', { required: true })).status).toBe(204);
      expect((await login(mine.actor.session.user.username)).status).toBe(202);
    });
  });

  describe('step-up', () => {
    it('S2 raises no other session, S3 holds for 300 seconds, S4 replaces the refresh token', async () => {
      const mine = await newProtected();
      const [a, b] = [await signIn(mine), await signIn(mine)];
      app.clock.advance(300_001);
      const [first, second] = [app.anonymous.as(a.accessToken), app.anonymous.as(b.accessToken)];
      const raised = await first.post<Authenticated>('/auth/step-up', { totp: mine.authenticator.code() });
      expect(raised.status).toBe(200);
      expect(raised.body.refreshToken).not.toBe(a.refreshToken);
      expect((await first.post('/auth/recovery-codes')).status).toBe(201);
      expect((await second.post('/auth/recovery-codes')).status).toBe(401);
      app.clock.advance(300_000);
      expect((await first.post('/auth/recovery-codes')).status).toBe(201);
      app.clock.advance(1);
      expect((await first.post('/auth/recovery-codes')).status).toBe(401);
      const next = await app.anonymous.post('/auth/refresh', { refreshToken: raised.body.refreshToken });
      expect(next.status).toBe(200);
    });

    it('takes the password of an account without a second factor, and not of one that has one', async () => {
      const [alice, bob] = [await app.register(), await newProtected()];
      app.clock.advance(300_001);
      const old = await app.anonymous.post<Authenticated>('/auth/refresh', {
        refreshToken: alice.session.refreshToken,
      });
      const session = app.anonymous.as(old.body.accessToken);
      const { body } = await session.get<Problem & { methods: string[] }>('/users/me/export');
      expect([body.code, body.methods]).toEqual(['step_up_required', ['password']]);
      expect(codeOf(await session.post('/auth/step-up', { password: 'wrong' }))).toEqual([401, 'invalid_credentials']);
      expect((await session.post('/auth/step-up', { password: PASSWORD })).status).toBe(200);
      expect((await session.get('/users/me/export')).status).toBe(200);
      expect(codeOf(await bob.actor.post('/auth/step-up', { password: PASSWORD }))).toEqual([401, 'step_up_required']);
      expect((await session.post('/auth/step-up', {})).status).toBe(400);
      expect((await session.post('/auth/step-up', { password: PASSWORD, totp: '123456' })).status).toBe(400);
    });
  });

  describe('a trusted device', () => {
    const trust = async (mine: Protected) => {
      app.clock.advance(30_000);
      const challengeToken = await challengeOf(mine.actor);
      const answer = await complete({ challengeToken, totp: mine.authenticator.code(), trustDevice: true });
      const device = answer.headers.get('x-device-token') ?? '';
      return { body: answer.body, headers: { 'x-device-token': device } };
    };

    it('D1 replaces the second factor of its account, login after login, and never step-up', async () => {
      const [alice, bob] = [await newProtected(), await newProtected()];
      const { headers } = await trust(alice);
      const names = [alice.actor.session.user.username, bob.actor.session.user.username];
      const statuses = [];
      for (let times = 0; times < 3; times += 1) statuses.push((await login(names[0] ?? '', headers)).status);
      expect(statuses).toEqual([200, 200, 200]);
      expect((await login(names[1] ?? '', headers)).status).toBe(202);
      expect((await login(names[0] ?? '')).status).toBe(202);
      const { body } = await login(names[0] ?? '', headers);
      const session = app.anonymous.as(body.accessToken);
      expect(claimsOf(body)).toMatchObject({ acr: 'aal1', amr: ['pwd'] });
      expect(codeOf(await session.get('/users/me/export'))).toEqual([401, 'step_up_required']);
      // Its session goes on, although it is below the level that is demanded.
      const refreshed = await app.anonymous.post('/auth/refresh', { refreshToken: body.refreshToken });
      expect(refreshed.status).toBe(200);
    });

    it.each(['expires', 'is removed', 'ends with a change of factors', 'ends with all other sessions'])(
      'D1 %s',
      async (how) => {
        const mine = await newProtected();
        const { body, headers } = await trust(mine);
        const session = app.anonymous.as(body.accessToken);
        const { username } = mine.actor.session.user;
        expect((await login(username, headers)).status).toBe(200);
        const { trustedDevices } = (await session.get<SecondFactorBody>('/auth/second-factor')).body;
        expect(trustedDevices).toHaveLength(1);
        if (how === 'expires') app.clock.advance(86_400_000);
        if (how === 'is removed') await session.delete(`/auth/trusted-devices/${trustedDevices[0]?.id ?? ''}`);
        if (how === 'ends with a change of factors') await Authenticator.enroll(app, session);
        if (how === 'ends with all other sessions') await session.delete('/auth/sessions');
        expect((await login(username, headers)).status).toBe(202);
      },
    );
  });

  it('an account’s export has its factors without secrets, and its deletion takes them all', async () => {
    const mine = await newProtected();
    const session = app.anonymous.as((await signIn(mine)).accessToken);
    const { text } = await session.get('/users/me/export');
    const { secondFactor } = JSON.parse(text) as { secondFactor: [SecondFactorBody & { seed?: string }] };
    expect(secondFactor[0].totp.map(({ id }) => id)).toEqual([mine.authenticator.id]);
    expect(text).not.toContain('seed');
    expect((await session.send('DELETE', '/users/me', { password: PASSWORD })).status).toBe(204);
    for (const table of ['totp_authenticators', 'recovery_codes', 'sign_in_challenges', 'trusted_devices']) {
      expect(await rowsIn(table, mine.actor.session.user.id)).toEqual([]);
    }
  });
});
