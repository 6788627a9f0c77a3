import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import {
  type Answer,
  type AuditEventBody,
  type Authenticated,
  type PageBody,
  type Problem,
  PASSWORD,
} from './support/client';
import { onEachDatabase } from './support/databases';

type UserBody = Authenticated['user'];

const MISSING = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const idOf = (actor: Actor) => actor.session.user.id;

const codeOf = ({ status, body }: Answer<Partial<Problem>>) => [status, body.code];

onEachDatabase((dialect) => {
  let app: TestApp;
  let admin: Actor;
  let names = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
    admin = await app.registerAdmin('root');
  });

  afterAll(() => app.stop());

  const register = () => app.register(`user-${(names += 1)}`);
  const registerAdmin = () => app.registerAdmin(`admin-${(names += 1)}`);

  const login = (actor: Actor) =>
    app.anonymous.post<Authenticated & Problem>('/auth/login', {
      username: actor.session.user.username,
      password: PASSWORD,
    });

  const refresh = (refreshToken: string) =>
    app.anonymous.post<Authenticated & Problem>('/auth/refresh', { refreshToken });

  const change = (by: Actor, id: string, standing: object) =>
    by.patch<UserBody & Problem>(`/admin/users/${id}`, standing);

  const eventsOf = async (accountId: string, query = '') =>
    (await admin.get<PageBody<AuditEventBody>>(`/admin/audit-events?accountId=${accountId}&limit=100${query}`)).body
      .items;

  describe('the role of an administrator', () => {
    it('takes effect with the next request and the same token, when granted and when revoked', async () => {
      const alice = await register();
      expect(codeOf(await alice.get('/admin/users'))).toEqual([403, 'forbidden']);
      const promoted = await change(admin, idOf(alice), { roles: ['user', 'admin'] });
      expect([promoted.status, promoted.body.roles]).toEqual([200, ['user', 'admin']]);
      expect((await alice.get('/admin/users')).status).toBe(200);
      expect((await alice.get<UserBody>('/users/me')).body.roles).toEqual(['user', 'admin']);
      expect((await change(admin, idOf(alice), { roles: ['user'] })).status).toBe(200);
      expect(codeOf(await alice.get('/admin/users'))).toEqual([403, 'forbidden']);
      expect(codeOf(await change(alice, idOf(alice), { roles: ['admin'] }))).toEqual([403, 'forbidden']);
    });

    it('is not conferred to the API tokens of an administrator, whatever their scopes', async () => {
      const scopes = ['notes:read', 'notes:write', 'account:read'];
      const { body } = await admin.post<{ token: string }>('/auth/api-tokens', {
        name: 'Script',
        scopes,
        password: PASSWORD,
      });
      const script = app.anonymous.as(body.token);
      expect((await script.get('/users/me')).status).toBe(200);
      for (const path of ['/admin/users', `/admin/users/${idOf(admin)}`, '/admin/audit-events']) {
        expect(codeOf(await script.get<Problem>(path))).toEqual([403, 'insufficient_scope']);
      }
      const demotion = await script.patch<Problem>(`/admin/users/${idOf(admin)}`, { roles: ['user'] });
      expect(codeOf(demotion)).toEqual([403, 'insufficient_scope']);
    });

    it('responds with 404 for a missing user, and 400 for a malformed id', async () => {
      const calls = [
        (id: string) => admin.get<Problem>(`/admin/users/${id}`),
        (id: string) => change(admin, id, { isActive: true }),
        (id: string) => admin.delete<Problem>(`/admin/users/${id}/sessions`),
        (id: string) => admin.post<Problem>(`/admin/users/${id}/password-reset`),
      ];
      for (const call of calls) {
        expect(codeOf(await call(MISSING))).toEqual([404, 'not_found']);
        expect(codeOf(await call('abc'))).toEqual([400, 'validation_failed']);
      }
    });
  });

  describe('changing an account', () => {
    it('shows one account as its owner sees it, and nothing secret', async () => {
      const alice = await register();
      const { status, body } = await admin.get<UserBody>(`/admin/users/${idOf(alice)}`);
      expect([status, body]).toEqual([200, alice.session.user]);
    });

    it('returns the updated account, and keeps properties that were not given', async () => {
      const alice = await register();
      app.clock.advance(1_000);
      const { body } = await change(admin, idOf(alice), { isActive: false });
      const updatedAt = new Date(app.clock.now()).toISOString();
      expect(body).toEqual({ ...alice.session.user, isActive: false, updatedAt });
      expect((await admin.get(`/admin/users/${idOf(alice)}`)).body).toEqual(body);
      const back = await change(admin, idOf(alice), { isActive: true, roles: ['admin', 'user'] });
      expect(back.body).toEqual({ ...alice.session.user, roles: ['admin', 'user'], updatedAt });
    });

    it('records actual changes with their actor', async () => {
      const alice = await register();
      const before = (await eventsOf(idOf(alice))).length;
      await change(admin, idOf(alice), {});
      await change(admin, idOf(alice), { isActive: true, roles: ['user'] });
      expect(await eventsOf(idOf(alice))).toHaveLength(before);
      await change(admin, idOf(alice), { isActive: false, roles: ['user'] });
      await change(admin, idOf(alice), { isActive: true, roles: ['user', 'admin'] });
      await change(admin, idOf(alice), { roles: ['admin', 'user'] });
      await change(admin, idOf(alice), { roles: ['user'] });
      const recorded = (await eventsOf(idOf(alice))).slice(0, -before).reverse();
      expect(recorded.map(({ type, actorId, details }) => [type, actorId, details])).toEqual([
        ['user.deactivated', idOf(admin), {}],
        ['user.reactivated', idOf(admin), {}],
        ['user.roles-changed', idOf(admin), { roles: ['user', 'admin'] }],
        ['user.roles-changed', idOf(admin), { roles: ['user'] }],
      ]);
    });

    it.each([
      [{ roles: [] }, '/roles'],
      [{ roles: ['user', 'user'] }, '/roles'],
      [{ roles: ['root'] }, '/roles'],
      [{ roles: 'admin' }, '/roles'],
      [{ roles: null }, '/roles'],
      [{ isActive: 'false' }, '/isActive'],
      [{ isActive: null }, '/isActive'],
      [{ username: 'other' }, '/username'],
      [{ email: 'other@example.com' }, '/email'],
      [{ emailVerified: true }, '/emailVerified'],
      [{ password: 'a new one for you' }, '/password'],
    ])('refuses %j', async (standing, pointer) => {
      const alice = await register();
      const { status, body } = await change(admin, idOf(alice), standing);
      expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([400, 'validation_failed', pointer]);
      expect((await alice.get('/users/me')).body).toEqual(alice.session.user);
    });

    it('records a change by several concurrent administrators once', async () => {
      const alice = await register();
      const answers = await Promise.all(times(10, () => change(admin, idOf(alice), { roles: ['user', 'admin'] })));
      expect(answers.map(({ status }) => status)).toEqual(times(10, () => 200));
      expect(await eventsOf(idOf(alice), '&type=user.roles-changed')).toHaveLength(1);
      await change(admin, idOf(alice), { roles: ['user'] });
    });

    it('loses no change that another administrator or the owner makes at the same time', async () => {
      const other = await registerAdmin();
      for (let round = 0; round < 5; round += 1) {
        const alice = await register();
        const username = `renamed-${(names += 1)}`;
        const answers = await Promise.all([
          change(admin, idOf(alice), { roles: ['user', 'admin'] }),
          change(other, idOf(alice), { isActive: true }),
          alice.patch('/users/me', { username }),
        ]);
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
        const { body } = await admin.get<UserBody>(`/admin/users/${idOf(alice)}`);
        expect([body.username, body.roles, body.isActive]).toEqual([username, ['user', 'admin'], true]);
        await change(admin, idOf(alice), { roles: ['user'] });
      }
    });
  });

  describe('deactivation', () => {
    it('ends every session and refuses the login, for this account only; reactivation restores no token', async () => {
      const [alice, bob] = [await register(), await register()];
      expect((await change(admin, idOf(alice), { isActive: false })).body.isActive).toBe(false);
      expect(codeOf(await alice.get('/users/me'))).toEqual([401, 'invalid_token']);
      expect(codeOf(await refresh(alice.session.refreshToken))).toEqual([401, 'invalid_refresh_token']);
      expect(codeOf(await login(alice))).toEqual([403, 'account_deactivated']);
      expect((await bob.get('/users/me')).status).toBe(200);
      await change(admin, idOf(alice), { isActive: true });
      expect((await alice.get('/users/me')).status).toBe(401);
      expect((await refresh(alice.session.refreshToken)).status).toBe(401);
      expect((await login(alice)).status).toBe(200);
    });

    it('racing with 20 refreshes leaves no token that works once it has answered, not even after reactivation', async () => {
      for (let round = 0; round < 5; round += 1) {
        const alice = await register();
        const refreshes = times(20, () => refresh(alice.session.refreshToken));
        expect((await change(admin, idOf(alice), { isActive: false })).status).toBe(200);
        const late = await refresh(alice.session.refreshToken);
        expect(codeOf(late)).toEqual([401, 'invalid_refresh_token']);
        const given = (await Promise.all(refreshes)).filter(({ status }) => status === 200).map(({ body }) => body);
        for (const isActive of [false, true]) {
          await change(admin, idOf(alice), { isActive });
          for (const { accessToken, refreshToken } of [alice.session, ...given]) {
            expect((await app.anonymous.as(accessToken).get('/users/me')).status).toBe(401);
            expect((await refresh(refreshToken)).status).toBe(401);
          }
        }
      }
    });

    it('racing with 20 logins leaves no session that reactivation would restore', async () => {
      for (let round = 0; round < 5; round += 1) {
        const alice = await register();
        const logins = times(20, () => login(alice));
        await Promise.race(logins);
        await change(admin, idOf(alice), { isActive: false });
        const given = (await Promise.all(logins)).filter(({ status }) => status === 200).map(({ body }) => body);
        await change(admin, idOf(alice), { isActive: true });
        for (const { accessToken } of given) {
          expect((await app.anonymous.as(accessToken).get('/users/me')).status).toBe(401);
        }
      }
    });
  });

  describe('ending the sessions of an account', () => {
    it('ends all of them and no other user’s, and records it', async () => {
      const [alice, bob] = [await register(), await register()];
      const phone = (await login(alice)).body;
      expect((await admin.delete(`/admin/users/${idOf(alice)}/sessions`)).status).toBe(204);
      for (const { accessToken, refreshToken } of [alice.session, phone]) {
        expect((await app.anonymous.as(accessToken).get('/users/me')).status).toBe(401);
        expect((await refresh(refreshToken)).status).toBe(401);
      }
      expect((await bob.get('/users/me')).status).toBe(200);
      expect((await login(alice)).status).toBe(200);
      const [event] = await eventsOf(idOf(alice), '&type=session.ended');
      expect([event?.actorId, event?.details]).toEqual([idOf(admin), { reason: 'all-removed' }]);
    });
  });

  describe('a password reset by an administrator', () => {
    const mails = async () => {
      await app.sendMail();
      const folder = join(app.database.dataDir, 'mail');
      const files = await readdir(folder);
      return Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    };

    const mailsTo = async ({ session }: Actor) =>
      (await mails()).filter((mail) => mail.includes(session.user.email) && mail.includes('reset-password'));

    it('mails the owner a link, changes nothing by itself, and tells the administrator nothing', async () => {
      const alice = await register();
      const { status, text } = await admin.post(`/admin/users/${idOf(alice)}/password-reset`);
      expect([status, text]).toEqual([202, '']);
      expect(await mailsTo(alice)).toHaveLength(1);
      expect((await alice.get('/users/me')).status).toBe(200);
      expect((await login(alice)).status).toBe(200);
      const [event] = await eventsOf(idOf(alice), '&type=password.reset-requested');
      expect([event?.actorKind, event?.actorId]).toEqual(['user', idOf(admin)]);
    });

    it('mails nothing to a deactivated account', async () => {
      const [alice, bob] = [await register(), await register()];
      await change(admin, idOf(alice), { isActive: false });
      expect((await admin.post(`/admin/users/${idOf(alice)}/password-reset`)).status).toBe(202);
      expect((await admin.post(`/admin/users/${idOf(bob)}/password-reset`)).status).toBe(202);
      expect(await mailsTo(bob)).toHaveLength(1);
      expect(await mailsTo(alice)).toEqual([]);
    });
  });
});

/** Separate applications, because other administrators matter. */
onEachDatabase((dialect) => {
  describe('the last active administrator', () => {
    let app: TestApp;
    let alice: Actor;
    let bob: Actor;
    let carol: Actor;

    beforeAll(async () => {
      app = await TestApp.start(dialect);
    });

    beforeEach(async () => {
      await app.empty();
      [alice, bob, carol] = [await app.registerAdmin('alice'), await app.register('bob'), await app.register('carol')];
    });

    afterAll(() => app.stop());

    const change = (by: Actor, of: Actor, standing: object) =>
      by.patch<UserBody & Problem>(`/admin/users/${idOf(of)}`, standing);

    const promote = async (by: Actor, ...others: Actor[]) => {
      for (const other of others) {
        const { status } = await change(by, other, { roles: ['user', 'admin'], isActive: true });
        expect(status).toBe(200);
      }
    };

    const administrators = async () => {
      const users = app.app.get(UsersService);
      const accounts = await Promise.all([alice, bob, carol].map((actor) => users.findById(idOf(actor))));
      return accounts.flatMap((user) => (user?.isActive && user.roles.includes('admin') ? [user.username] : []));
    };

    /** The same user after another login. */
    const again = (actor: Actor) => app.logIn(actor.session.user.username);

    const actors = () => new Map([alice, bob, carol].map((actor) => [actor.session.user.username, actor]));

    it.each([{ roles: ['user'] }, { isActive: false }, { roles: ['user'], isActive: false }])(
      'cannot set their own account to %j, and nothing changes',
      async (standing) => {
        expect(codeOf(await change(alice, alice, standing))).toEqual([409, 'conflict']);
        expect((await alice.get('/users/me')).body).toMatchObject({ roles: ['user', 'admin'], isActive: true });
        expect((await alice.get<PageBody<AuditEventBody>>('/auth/activity')).body.items[0]?.details).toEqual({
          roles: ['user', 'admin'],
        });
      },
    );

    it('is not counted among those who are deactivated, and can stay one without being a user', async () => {
      await promote(alice, bob);
      expect((await change(alice, bob, { isActive: false })).status).toBe(200);
      expect(codeOf(await change(alice, alice, { roles: ['user'] }))).toEqual([409, 'conflict']);
      expect((await change(alice, alice, { roles: ['admin'] })).status).toBe(200);
    });

    it('can change any other account, and may leave once another account is an administrator', async () => {
      expect((await change(alice, bob, { isActive: false })).status).toBe(200);
      await promote(alice, bob);
      expect((await change(alice, alice, { roles: ['user'] })).status).toBe(200);
      expect(await administrators()).toEqual(['bob']);
    });

    it('cannot delete their account, others can, and of two who do it at the same time one stays', async () => {
      const remove = (actor: Actor) => actor.send<Problem>('DELETE', '/users/me', { password: PASSWORD });
      expect(codeOf(await remove(alice))).toEqual([409, 'conflict']);
      expect((await remove(carol)).status).toBe(204);
      await promote(alice, bob);
      const answers = await Promise.all([remove(alice), remove(bob)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
      expect(await administrators()).toHaveLength(1);
    });

    it('cannot be removed at the command line either', async () => {
      const users = app.app.get(UsersService);
      await expect(users.deactivate(OPERATOR, idOf(alice))).rejects.toMatchObject({ code: 'conflict' });
      await users.deactivate(OPERATOR, idOf(bob));
      expect(await administrators()).toEqual(['alice']);
    });

    it('exactly one remains whenever two demote each other concurrently', async () => {
      let [one, other] = [alice, bob];
      for (let round = 0; round < 10; round += 1) {
        await promote(one, other);
        const answers = await Promise.all([
          change(one, other, { roles: ['user'] }),
          change(other, one, { roles: ['user'] }),
        ]);
        const codes = answers.map(({ status }) => status).sort();
        expect([
          [200, 403],
          [200, 409],
        ]).toContainEqual(codes);
        const [left, ...more] = await administrators();
        expect(more).toEqual([]);
        if (left !== one.session.user.username) [one, other] = [other, one];
        expect((await one.get('/admin/users')).status).toBe(200);
      }
    });

    it('exactly one remains whenever two deactivate each other concurrently', async () => {
      let [one, other] = [alice, bob];
      for (let round = 0; round < 10; round += 1) {
        await promote(one, other);
        const [first, second] = [await again(one), await again(other)];
        const answers = await Promise.all([
          change(first, other, { isActive: false }),
          change(second, one, { isActive: false }),
        ]);
        const codes = answers.map(({ status }) => status).sort();
        expect([
          [200, 401],
          [200, 409],
        ]).toContainEqual(codes);
        const [left, ...more] = await administrators();
        expect(more).toEqual([]);
        [one, other] = left === one.session.user.username ? [first, second] : [second, first];
        expect((await one.get('/admin/users')).status).toBe(200);
      }
    });

    it('remains when three remove each other in a cycle', async () => {
      for (let round = 0; round < 5; round += 1) {
        const [one = alice] = (await administrators()).map((name) => actors().get(name));
        await promote(one, ...[alice, bob, carol].filter((actor) => actor !== one));
        const answers = await Promise.all([
          change(alice, bob, { roles: ['user'] }),
          change(bob, carol, { roles: ['user'] }),
          change(carol, alice, { roles: ['user'] }),
        ]);
        expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
        expect((await administrators()).length).toBeGreaterThanOrEqual(1);
      }
    });
  });
});
