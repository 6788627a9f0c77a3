import { OPERATOR } from '../src/platform/audit/domain-events';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import { type Answer, type PageBody, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

interface ActivityBody {
  id: string;
  type: string;
  result: string;
  occurredAt: string;
  actor: string;
  targetId: string | null;
  ipAddress: string | null;
  userAgent: string | null;
  details: Record<string, unknown>;
}

const idOf = (actor: Actor) => actor.session.user.id;

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

  const activity = (of: Actor, query = '') => of.get<PageBody<ActivityBody> & Problem>(`/auth/activity${query}`);

  const itemsOf = async (of: Actor) => (await activity(of, '?limit=100')).body.items;

  it('shows the events of the account, newest first, with time, address and user agent', async () => {
    const alice = await register();
    app.clock.advance(1_000);
    const credentials = { username: alice.session.user.username, password: 'not this one' };
    await app.anonymous.post('/auth/login', credentials, { headers: { 'user-agent': 'Thief/1.0' } });
    const [refused, started, registered, ...more] = await itemsOf(alice);
    expect(more).toEqual([]);
    expect(refused).toEqual({
      id: refused?.id,
      type: 'session.refused',
      result: 'failure',
      occurredAt: new Date(app.clock.now()).toISOString(),
      actor: 'anonymous',
      targetId: null,
      ipAddress: '127.0.0.1',
      userAgent: 'Thief/1.0',
      details: { reason: 'wrong-password' },
    });
    expect([started?.type, started?.actor, started?.userAgent]).toEqual(['session.started', 'you', 'node']);
    expect(started?.details).toEqual({ remembered: false, newDevice: false });
    expect(started?.targetId).toEqual(expect.any(String));
    expect([registered?.type, registered?.actor]).toEqual(['user.registered', 'anonymous']);
    expect(registered?.occurredAt).toBe(alice.session.user.createdAt);
  });

  it("is the caller's own alone: what others do is in theirs, and what an administrator does to others in none of his", async () => {
    const [alice, bob] = [await register(), await register()];
    const before = [await itemsOf(bob), await itemsOf(admin)];
    await alice.patch('/users/me', { username: `renamed-${(names += 1)}` });
    await admin.delete(`/admin/users/${idOf(alice)}/sessions`);
    expect([await itemsOf(bob), await itemsOf(admin)]).toEqual(before);
    const again = await app.logIn(alice.session.user.email);
    const types = (await itemsOf(again)).map(({ type }) => type);
    expect(types).toEqual(['session.started', 'session.ended', 'user.renamed', 'session.started', 'user.registered']);
    const ids = new Set((await itemsOf(again)).map(({ id }) => id));
    expect((await itemsOf(bob)).filter(({ id }) => ids.has(id))).toEqual([]);
  });

  it('does not show the address or identity of an administrator', async () => {
    const alice = await register();
    const headers = { 'user-agent': 'Console/7.7' };
    await admin.patch(`/admin/users/${idOf(alice)}`, { roles: ['user', 'admin'] }, { headers });
    await admin.post(`/admin/users/${idOf(alice)}/password-reset`, undefined, { headers });
    const { body, text } = await activity(alice);
    const done = body.items.filter(({ actor }) => actor === 'administrator');
    expect(done.map(({ type }) => type)).toEqual(['password.reset-requested', 'user.roles-changed']);
    for (const { ipAddress, userAgent } of done) expect([ipAddress, userAgent]).toEqual([null, null]);
    expect(text).not.toContain('Console/7.7');
    expect(text).not.toContain(idOf(admin));
  });

  it('says `you` to an administrator who changes their own account, with the address', async () => {
    const carol = await app.registerAdmin(`admin-${(names += 1)}`);
    await carol.patch(`/admin/users/${idOf(carol)}`, { roles: ['user'] });
    const [newest] = await itemsOf(carol);
    expect(newest).toMatchObject({ type: 'user.roles-changed', actor: 'you', ipAddress: '127.0.0.1' });
  });

  it('tells an operator from an administrator', async () => {
    const alice = await register();
    await app.app.get(UsersService).updateStatus(OPERATOR, idOf(alice), { roles: ['admin', 'user'] });
    const [newest] = await itemsOf(alice);
    expect(newest).toMatchObject({ type: 'user.roles-changed', actor: 'operator', ipAddress: null, userAgent: null });
  });

  it('has pages that neither repeat nor skip events while new ones are recorded', async () => {
    const [alice, bob] = [await register(), await register()];
    for (let count = 0; count < 32; count += 1) {
      await alice.patch('/users/me', { username: `renamed-${(names += 1)}` });
      await bob.patch('/users/me', { username: `renamed-${(names += 1)}` });
    }
    const all = await itemsOf(alice);
    expect(all).toHaveLength(34);
    const shown: ActivityBody[] = [];
    for (let query: string | null = '?limit=7'; query !== null;) {
      const { body }: Answer<PageBody<ActivityBody>> = await activity(alice, query);
      shown.push(...body.items);
      await alice.patch('/users/me', { username: `renamed-${(names += 1)}` });
      query = body.nextCursor === null ? null : `?limit=7&cursor=${body.nextCursor}`;
    }
    expect(shown).toEqual(all);
  });

  it('refuses a cursor of another account, a forged one, and an unknown parameter', async () => {
    const [alice, bob] = [await register(), await register()];
    const { nextCursor } = (await activity(alice, '?limit=1')).body;
    expect((await activity(alice, `?cursor=${nextCursor}`)).status).toBe(200);
    for (const query of [`?cursor=${nextCursor}`, '?cursor=WzFd']) {
      const { status, body } = await activity(bob, query);
      expect([status, body.code]).toEqual([400, 'invalid_cursor']);
    }
    expect((await activity(alice, `?accountId=${idOf(bob)}`)).status).toBe(400);
  });

  it('is closed to API tokens', async () => {
    const alice = await register();
    const { body } = await alice.post<{ token: string }>('/auth/api-tokens', {
      name: 'Script',
      scopes: ['account:read'],
      password: PASSWORD,
    });
    const { status, body: problem } = await app.anonymous.as(body.token).get<Problem>('/auth/activity');
    expect([status, problem.code]).toEqual([403, 'insufficient_scope']);
  });
});
