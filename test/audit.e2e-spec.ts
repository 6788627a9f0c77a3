import { AuditEvent } from '../src/platform/audit/audit-event.entity';
import { AuditVerifier } from '../src/platform/audit/audit-verifier.service';
import type { DomainEvent } from '../src/platform/audit/domain-events';
import { DomainEvents } from '../src/platform/audit/domain-events.service';
import { Database } from '../src/platform/database/database.service';
import { UsersService } from '../src/users/users.service';
import { type Actor, PASSWORD, TestApp } from './support/app';
import type { Authenticated, NoteBody } from './support/client';
import { onEachDatabase } from './support/databases';

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  const eventsOf = ({ session }: Actor) =>
    app.app.get(Database).select(AuditEvent, '"accountId" = $1 ORDER BY "sequence"', [session.user.id]);
  const typesOf = async (owner: Actor) => (await eventsOf(owner)).map(({ type }) => type);
  const verify = () => app.app.get(AuditVerifier).verify();

  it('records actor, target, origin and time of everything that gives access', async () => {
    const alice = await app.register('alice');
    const phone = { headers: { 'user-agent': 'Phone' } };
    const credentials = { username: 'alice', password: PASSWORD };
    const { body: login } = await app.anonymous.post<Authenticated>('/auth/login', credentials, phone);
    const caller = app.anonymous.as(login.accessToken);
    await caller.patch('/users/me', { username: 'alice-2' });
    const wanted = { name: 'Script', scopes: ['notes:read'], password: PASSWORD };
    const { body: token } = await caller.post<{ id: string }>('/auth/api-tokens', wanted);
    await caller.delete(`/auth/api-tokens/${token.id}`);
    const change = { currentPassword: PASSWORD, newPassword: 'another fine passphrase' };
    await caller.send('PUT', '/auth/password', change);
    await caller.post('/auth/logout');
    expect(await typesOf(alice)).toEqual([
      'user.registered',
      'session.started',
      'session.started',
      'user.renamed',
      'api-token.created',
      'api-token.ended',
      'password.changed',
      'session.ended',
    ]);
    const events = await eventsOf(alice);
    const { id } = alice.session.user;
    expect(events[2]).toMatchObject({
      result: 'success',
      actorKind: 'user',
      actorId: id,
      accountId: id,
      occurredAt: app.clock.now(),
      personal: { ipAddress: '127.0.0.1', userAgent: 'Phone' },
    });
    expect(events[4]).toMatchObject({ targetId: token.id });
    expect(JSON.parse(events[4]?.details ?? '')).toMatchObject({ scopes: ['notes:read'] });
  });

  it('records refused logins with their reason, and none of the input', async () => {
    const bob = await app.register('bob');
    await app.anonymous.post('/auth/login', { username: 'bob', password: 'hunter2-hunter2' });
    await app.anonymous.post('/auth/login', { username: 'no-such-body', password: 'hunter2-hunter2' });
    const rows = await app.app.get(Database).select(AuditEvent, '"type" = $1', ['session.refused']);
    const refused = rows.filter(({ accountId }) => accountId === bob.session.user.id || accountId === null);
    expect(refused.map(({ result, actorKind, details }) => [result, actorKind, details]).sort()).toEqual([
      ['failure', 'anonymous', '{"reason":"unknown-account"}'],
      ['failure', 'anonymous', '{"reason":"wrong-password"}'],
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/hunter2|no-such-body/);
  });

  it('records a wrong password in reauthentication', async () => {
    const carol = await app.register('carol');
    await carol.post('/users/me/email', { email: 'x@example.com', password: 'a wrong password' });
    expect((await eventsOf(carol)).at(-1)).toMatchObject({ type: 'password.refused', result: 'failure' });
  });

  it('does not record what was rolled back', async () => {
    const dave = await app.register('dave');
    const before = await typesOf(dave);
    expect((await dave.patch('/users/me', { username: 'bob' })).status).toBe(409);
    expect((await dave.delete(`/auth/sessions/${dave.session.user.id}`)).status).toBe(404);
    expect(await typesOf(dave)).toEqual(before);
  });

  it('is one unbroken chain under concurrent writers', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `racer-${index}`);
    await Promise.all(names.map((name) => app.register(name)));
    await Promise.all(
      names.flatMap((username) => [
        app.anonymous.post('/auth/login', { username, password: PASSWORD }),
        app.anonymous.post('/auth/login', { username, password: 'a wrong password' }),
      ]),
    );
    const { events, fault } = await verify();
    expect(fault).toBeNull();
    expect(events).toBeGreaterThan(80);
  });

  it('does not record notes, which are their own record', async () => {
    const erin = await app.register('erin');
    const before = await typesOf(erin);
    const { body: note } = await erin.post<NoteBody>('/notes', { title: 'Groceries' });
    await erin.delete(`/notes/${note.id}`);
    expect(await typesOf(erin)).toEqual(before);
  });

  describe('a module that listens', () => {
    const heard: DomainEvent[] = [];
    const ends: (() => void)[] = [];

    afterEach(() => {
      heard.length = 0;
      for (const end of ends.splice(0)) end();
    });

    it('gets events after the commit, and none that were rolled back', async () => {
      const found: boolean[] = [];
      const users = app.app.get(UsersService);
      ends.push(
        app.app.get(DomainEvents).on('user.registered', async (event) => {
          heard.push(event);
          found.push((await users.findById(event.accountId ?? '')) !== null);
        }),
      );
      const frank = await app.register('frank');
      const again = { username: 'frank', email: 'other@example.com', password: PASSWORD };
      expect((await app.anonymous.post('/auth/register', again)).status).toBe(409);
      expect(heard.map(({ accountId }) => accountId)).toEqual([frank.session.user.id]);
      expect(found).toEqual([true]);
    });

    it('gets thefts', async () => {
      ends.push(app.app.get(DomainEvents).on('session.theft-detected', (event) => heard.push(event)));
      const grace = await app.register('grace');
      const { refreshToken } = grace.session;
      await app.anonymous.post('/auth/refresh', { refreshToken });
      app.clock.advance(11_000);
      expect((await app.anonymous.post('/auth/refresh', { refreshToken })).status).toBe(401);
      expect(heard).toMatchObject([{ type: 'session.theft-detected', accountId: grace.session.user.id }]);
      expect((await eventsOf(grace)).at(-1)?.type).toBe('session.theft-detected');
    });

    it('and fails affects neither the request nor other listeners', async () => {
      const events = app.app.get(DomainEvents);
      ends.push(
        events.on('user.registered', () => {
          throw new Error('This listener is broken');
        }),
        events.on('user.registered', (event) => heard.push(event)),
      );
      await app.register('heidi');
      expect(heard).toHaveLength(1);
    });
  });
});
