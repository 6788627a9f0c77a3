import { Session } from '../src/auth/sessions/session.entity';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { Database } from '../src/platform/database/database.service';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import { type Authenticated, type PageBody, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

interface SessionBody {
  id: string;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
  remembered: boolean;
  userAgent: string | null;
  ipAddress: string;
  current: boolean;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

onEachDatabase((dialect) => {
  let app: TestApp;
  let names = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  const register = () => app.register(`user-${(names += 1)}`);

  const login = async (actor: Actor, extra: object = {}) => {
    const credentials = { username: actor.session.user.username, password: PASSWORD, ...extra };
    return (await app.anonymous.post<Authenticated>('/auth/login', credentials)).body;
  };

  const refresh = (refreshToken: string) =>
    app.anonymous.post<Authenticated & Problem>('/auth/refresh', { refreshToken });

  const isIn = async (accessToken: string) => (await app.anonymous.as(accessToken).get('/users/me')).status === 200;

  const expectDead = async ({ accessToken, refreshToken }: Authenticated) => {
    expect(await isIn(accessToken)).toBe(false);
    const answer = await refresh(refreshToken);
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_refresh_token']);
  };

  describe('a refresh', () => {
    it('returns a new valid pair for the same account', async () => {
      const { session } = await register();
      app.clock.advance(60_000);
      const { status, headers, body } = await refresh(session.refreshToken);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body.user).toEqual(session.user);
      expect(body.refreshToken).not.toBe(session.refreshToken);
      expect(body.accessToken).not.toBe(session.accessToken);
      expect(await isIn(body.accessToken)).toBe(true);
      expect((await refresh(body.refreshToken)).status).toBe(200);
    });

    it('with the same token within 10 seconds returns the same successor, even after that was used', async () => {
      const { session } = await register();
      const first = await refresh(session.refreshToken);
      app.clock.advance(5_000);
      const second = await refresh(first.body.refreshToken);
      app.clock.advance(5_000);
      const again = await refresh(session.refreshToken);
      expect(again.body.refreshToken).toBe(first.body.refreshToken);
      expect((await refresh(first.body.refreshToken)).body.refreshToken).toBe(second.body.refreshToken);
      expect((await refresh(second.body.refreshToken)).status).toBe(200);
    });

    it('with the same token later is theft: the whole session ends permanently, and no grace period restores it', async () => {
      const { session } = await register();
      const first = await refresh(session.refreshToken);
      app.clock.advance(10_001);
      expect(await isIn(first.body.accessToken)).toBe(true);
      const stolen = await refresh(session.refreshToken);
      expect([stolen.status, stolen.body.code]).toEqual([401, 'invalid_refresh_token']);
      await expectDead(first.body);
      await expectDead(session);
      expect((await refresh(first.body.refreshToken)).status).toBe(401);
    });

    it('the grace period starts with the rotation, and repeated uses never extend it', async () => {
      const { session } = await register();
      const first = await refresh(session.refreshToken);
      for (let second = 1; second <= 10; second += 1) {
        app.clock.advance(1_000);
        expect((await refresh(session.refreshToken)).body.refreshToken).toBe(first.body.refreshToken);
      }
      app.clock.advance(1);
      expect((await refresh(session.refreshToken)).status).toBe(401);
    });

    it('of 20 uses of one token at once exactly one rotates and all get the same answer', async () => {
      const { session } = await register();
      const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(session.refreshToken)));
      expect(answers.map((answer) => answer.status)).toEqual(Array<number>(20).fill(200));
      const successors = new Set(answers.map((answer) => answer.body.refreshToken));
      expect(successors.size).toBe(1);
      const [row] = await app.app.get(Database).select(Session, '"userId" = $1', [session.user.id]);
      expect(row?.rotation).toBe(1);
      expect((await refresh([...successors][0] ?? '')).status).toBe(200);
    });

    it('racing with a logout never leaves a session alive', async () => {
      for (let round = 0; round < 10; round += 1) {
        const actor = await register();
        const [, ...answers] = await Promise.all([
          actor.post('/auth/logout'),
          ...Array.from({ length: 5 }, () => refresh(actor.session.refreshToken)),
        ]);
        for (const { status, body } of answers) {
          if (status === 200) await expectDead(body);
        }
        await expectDead(actor.session);
      }
    });

    it.each(['', 'x', 'lkr_', `lkr_${'A'.repeat(70)}`, 'a.b.c'])('with %p is refused', async (token) => {
      const answer = await refresh(token);
      expect([answer.status, answer.body.code]).toEqual(
        token === '' ? [400, 'validation_failed'] : [401, 'invalid_refresh_token'],
      );
    });

    it('with any one character changed is refused, and harms no one', async () => {
      const { session } = await register();
      const token = session.refreshToken;
      for (let index = 0; index < token.length; index += 3) {
        const changed = `${token.slice(0, index)}${token[index] === 'A' ? 'B' : 'A'}${token.slice(index + 1)}`;
        expect((await refresh(changed)).status).toBe(401);
      }
      expect((await refresh(token)).status).toBe(200);
    });
  });

  describe('the end of a session', () => {
    it('comes after 24 hours, however often it was refreshed', async () => {
      const { session } = await register();
      let current = session;
      for (let hour = 0; hour < 23; hour += 1) {
        app.clock.advance(HOUR);
        current = (await refresh(current.refreshToken)).body;
      }
      app.clock.advance(HOUR - 1);
      const last = (await refresh(current.refreshToken)).body;
      expect(last.expiresIn).toBe(0);
      app.clock.advance(1);
      await expectDead(last);
    });

    it('comes after 30 days with remember, and an access token never outlives it', async () => {
      const remembered = await login(await register(), { remember: true });
      let current = remembered;
      for (let days = 0; days < 29; days += 1) {
        app.clock.advance(DAY);
        current = (await refresh(current.refreshToken)).body;
      }
      app.clock.advance(DAY - 60_000);
      current = (await refresh(current.refreshToken)).body;
      expect(current.expiresIn).toBeLessThanOrEqual(60);
      expect(await isIn(current.accessToken)).toBe(true);
      app.clock.advance(60_000);
      await expectDead(current);
    });

    it('comes after 14 days without use', async () => {
      const remembered = await login(await register(), { remember: true });
      app.clock.advance(14 * DAY);
      await expectDead(remembered);
    });

    it('comes at once with a logout, for this session only', async () => {
      const actor = await register();
      const other = await login(actor);
      expect((await actor.post('/auth/logout')).status).toBe(204);
      await expectDead(actor.session);
      expect(await isIn(other.accessToken)).toBe(true);
      expect((await actor.post('/auth/logout')).status).toBe(401);
    });

    it('comes on the next request when the account is deactivated, and reactivation restores no token', async () => {
      const actor = await register();
      expect(await isIn(actor.session.accessToken)).toBe(true);
      const users = app.app.get(UsersService);
      await users.deactivate(OPERATOR, actor.session.user.id);
      await expectDead(actor.session);
      const credentials = { username: actor.session.user.username, password: PASSWORD };
      const right = await app.anonymous.post<Problem>('/auth/login', credentials);
      expect([right.status, right.body.code]).toEqual([403, 'account_deactivated']);
      const wrong = await app.anonymous.post<Problem>('/auth/login', { ...credentials, password: 'not this one' });
      expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid_credentials']);
      await users.reactivate(OPERATOR, actor.session.user.id);
      await expectDead(actor.session);
      expect(await isIn((await login(actor)).accessToken)).toBe(true);
    });
  });

  describe('the list of sessions', () => {
    const list = async (actor: { accessToken: string }) =>
      (await app.anonymous.as(actor.accessToken).get<PageBody<SessionBody>>('/auth/sessions')).body.items;

    it("shows the caller's own live ones, newest first, with where and when", async () => {
      const actor = await register();
      await register();
      const begunAt = app.clock.now();
      app.clock.advance(1_000);
      const credentials = { username: actor.session.user.username, password: PASSWORD, remember: true };
      const headers = { 'user-agent': 'Phone/1.0' };
      const phone = (await app.anonymous.post<Authenticated>('/auth/login', credentials, { headers })).body;
      const sessions = await list(phone);
      const iso = (time: number) => new Date(time).toISOString();
      expect(sessions).toEqual([
        {
          id: sessions[0]?.id,
          createdAt: iso(begunAt + 1_000),
          lastUsedAt: iso(begunAt + 1_000),
          expiresAt: iso(begunAt + 1_000 + 30 * DAY),
          remembered: true,
          userAgent: 'Phone/1.0',
          ipAddress: '127.0.0.1',
          current: true,
        },
        {
          id: sessions[1]?.id,
          createdAt: iso(begunAt),
          lastUsedAt: iso(begunAt),
          expiresAt: iso(begunAt + DAY),
          remembered: false,
          userAgent: 'node',
          ipAddress: '127.0.0.1',
          current: false,
        },
      ]);
      expect((await list(actor.session)).map((session) => session.current)).toEqual([false, true]);
    });

    it('omits ended and expired ones', async () => {
      const actor = await register();
      const other = await login(actor);
      await app.anonymous.as(other.accessToken).post('/auth/logout');
      expect(await list(actor.session)).toHaveLength(1);
      app.clock.advance(DAY);
      expect(await list(await login(actor))).toHaveLength(1);
    });

    it('ends one session by its id', async () => {
      const actor = await register();
      const other = await login(actor);
      expect(await isIn(other.accessToken)).toBe(true);
      const [newest] = await list(actor.session);
      expect((await actor.delete(`/auth/sessions/${newest?.id}`)).status).toBe(204);
      await expectDead(other);
      expect(await isIn(actor.session.accessToken)).toBe(true);
      expect((await actor.delete(`/auth/sessions/${newest?.id}`)).status).toBe(404);
    });

    it("answers 404 for another's session, which stays alive, and 400 for no id at all", async () => {
      const [alice, bob] = [await register(), await register()];
      const [session] = await list(alice.session);
      const answer = await bob.delete<Problem>(`/auth/sessions/${session?.id}`);
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      expect(await isIn(alice.session.accessToken)).toBe(true);
      expect((await bob.delete('/auth/sessions/abc')).status).toBe(400);
    });

    it('ends every other session, and no other user’s', async () => {
      const [alice, bob] = [await register(), await register()];
      const [second, third] = [await login(alice), await login(alice)];
      expect((await app.anonymous.as(second.accessToken).delete('/auth/sessions')).status).toBe(204);
      await expectDead(alice.session);
      await expectDead(third);
      expect(await isIn(second.accessToken)).toBe(true);
      expect((await refresh(second.refreshToken)).status).toBe(200);
      expect(await isIn(bob.session.accessToken)).toBe(true);
    });
  });
});
