import { AuditEvent } from '../src/platform/audit/audit-event.entity';
import { AuditVerifier } from '../src/platform/audit/audit-verifier.service';
import { AuditWriter } from '../src/platform/audit/audit-writer.service';
import { type DomainEvent, type EventOf, OPERATOR } from '../src/platform/audit/domain-events';
import { DomainEvents } from '../src/platform/audit/domain-events.service';
import { Database } from '../src/platform/database/database.service';
import type { Transaction } from '../src/platform/database/transaction';
import { newId } from '../src/platform/kernel/ids';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import { type Authenticated, type NoteBody, PASSWORD } from './support/client';
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

  describe('of an account that ends', () => {
    const client = { ipAddress: '203.0.113.9', userAgent: 'A browser of its own' };
    type Plain = Omit<EventOf<'user.renamed' | 'user.exported' | 'user.deleted' | 'user.expired'>, 'details'>;
    const record = (tx: Transaction, event: Plain) => app.app.get(AuditWriter).record(tx, { ...event, details: {} });
    const byUser = (id: string) => ({ kind: 'user', id, client }) as const;
    const inOne = (work: (tx: Transaction) => void) =>
      app.app.get(Database).transaction((tx) => {
        work(tx);
        return Promise.resolve();
      });
    const about = (id: string) =>
      app.app.get(Database).select(AuditEvent, '"accountId" = $1 OR "actorId" = $1 ORDER BY "sequence"', [id]);

    it('keeps nothing personal, whatever the same transaction records before and after the end', async () => {
      const [id, other] = [newId(), newId()];
      await inOne((tx) => record(tx, { type: 'user.exported', actor: byUser(id), accountId: id }));
      expect((await about(id)).map(({ personal }) => personal)).toEqual([client]);
      await inOne((tx) => {
        record(tx, { type: 'user.renamed', actor: byUser(id), accountId: id });
        record(tx, { type: 'user.renamed', actor: byUser(id), accountId: other });
        record(tx, { type: 'user.deleted', actor: OPERATOR, accountId: id });
        record(tx, { type: 'user.renamed', actor: byUser(other), accountId: id });
        record(tx, { type: 'user.renamed', actor: byUser(other), accountId: other });
      });
      const events = await about(id);
      expect(events.map(({ type }) => type)).toHaveLength(5);
      expect(events.map(({ personal, salt }) => [personal, salt])).toEqual(events.map(() => [null, null]));
      expect((await about(other)).at(-1)?.personal).toEqual(client);
      expect((await verify()).fault).toBeNull();
    });

    it('keeps nothing personal of what it does or undergoes after its end', async () => {
      const [gone, other] = [newId(), newId()];
      await inOne((tx) => record(tx, { type: 'user.expired', actor: OPERATOR, accountId: gone }));
      await inOne((tx) => {
        record(tx, { type: 'user.renamed', actor: byUser(gone), accountId: other });
        record(tx, { type: 'user.renamed', actor: byUser(other), accountId: gone });
        record(tx, { type: 'user.renamed', actor: byUser(other), accountId: other });
      });
      const [one, two, three] = (await about(other)).map(({ personal }) => personal);
      expect([one, two, three]).toEqual([null, null, client]);
    });
  });

  it('records what the end of a transaction does, after what it was told before', async () => {
    const id = newId();
    const event = { actor: OPERATOR, accountId: id, details: {} } as const;
    const audit = app.app.get(AuditWriter);
    await app.app.get(Database).transaction((tx) => {
      audit.record(tx, { type: 'user.renamed', ...event });
      tx.beforeCommit(() => {
        audit.record(tx, { type: 'user.exported', ...event });
        return Promise.resolve();
      });
      return Promise.resolve();
    });
    const events = await app.app.get(Database).select(AuditEvent, '"accountId" = $1 ORDER BY "sequence"', [id]);
    expect(events.map(({ type }) => type)).toEqual(['user.renamed', 'user.exported']);
    expect((await verify()).fault).toBeNull();
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
