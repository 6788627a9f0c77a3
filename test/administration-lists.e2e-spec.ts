import { Database } from '../src/platform/database/database.service';
import type { User } from '../src/users/user.entity';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import type { Answer, AuditEventBody, Authenticated, PageBody, Problem } from './support/client';
import { onEachDatabase } from './support/databases';

type UserBody = Authenticated['user'];

const MISSING = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';

const idOf = (actor: Actor) => actor.session.user.id;

onEachDatabase((dialect) => {
  let app: TestApp;
  let admin: Actor;
  /** Oldest first; two of each millisecond. */
  const people: Actor[] = [];
  /** When the accounts of `people` were made, and when the last of them was. */
  let span: { from: number; to: number };

  beforeAll(async () => {
    app = await TestApp.start(dialect);
    admin = await app.registerAdmin('root');
    app.clock.advance(1_000);
    const from = app.clock.now();
    for (let index = 0; index < 34; index += 1) {
      people.push(await app.register(`Person-${String(index).padStart(2, '0')}`));
      app.clock.advance(index % 2);
    }
    span = { from, to: app.clock.now() };
    app.clock.advance(1_000);
    for (const [index, person] of people.entries()) {
      if (index % 5 === 0) await change(person, { isActive: false });
      if (index % 7 === 0) await change(person, { roles: ['user', 'admin'] });
      if (index % 3 === 0) await set(person, { emailVerified: true });
    }
  });

  afterAll(() => app.stop());

  const change = (person: Actor, standing: object) => admin.patch(`/admin/users/${idOf(person)}`, standing);

  const list = <T = UserBody>(query: Record<string, string>, path = '/admin/users') =>
    admin.get<PageBody<T> & Problem>(`${path}?${new URLSearchParams(query).toString()}`);

  const events = (query: Record<string, string>) => list<AuditEventBody>(query, '/admin/audit-events');

  /** The items of all pages. */
  const walk = async <T = UserBody>(query: Record<string, string>, path?: string): Promise<T[]> => {
    const items: T[] = [];
    let next: Record<string, string> | null = query;
    while (next) {
      const { status, body }: Answer<PageBody<T>> = await list<T>(next, path);
      expect(status).toBe(200);
      items.push(...body.items);
      next = body.nextCursor === null ? null : { ...query, cursor: body.nextCursor };
    }
    return items;
  };

  const ids = (actors: Actor[]) => actors.map(idOf);

  /** Ids of the people that a filter is to find, newest first. */
  const newestFirst = (isWanted: (index: number) => boolean) =>
    ids(people.filter((_, index) => isWanted(index)).sort((a, b) => compare(b, a)));

  const compare = ({ session: { user: a } }: Actor, { session: { user: b } }: Actor) =>
    a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id);

  const refused = ({ status, body }: Answer<Problem>) => [status, body.code, body.errors?.[0]?.pointer];

  describe('the list of users', () => {
    it('shows every account once, newest first, in pages of any size, and nothing secret', async () => {
      const all = await walk({ limit: '100' });
      expect(all.map(({ id }) => id)).toEqual([...newestFirst(() => true), idOf(admin)]);
      expect(Object.keys(all[0] ?? {}).sort()).toEqual(Object.keys(admin.session.user).sort());
      for (const limit of ['1', '7', '34', '35']) expect(await walk({ limit })).toEqual(all);
    });

    it.each<[Record<string, string>, (index: number) => boolean]>([
      [{ isActive: 'false' }, (index) => index % 5 === 0],
      [{ q: 'person', isActive: 'true' }, (index) => index % 5 !== 0],
      [{ q: 'person', role: 'admin' }, (index) => index % 7 === 0],
      [{ q: 'person', role: 'user' }, () => true],
      [{ emailVerified: 'true' }, (index) => index % 3 === 0],
      [{ q: 'person', emailVerified: 'false' }, (index) => index % 3 !== 0],
      [
        { q: 'person', role: 'admin', isActive: 'true', emailVerified: 'false' },
        (i) => i === 7 || i === 14 || i === 28,
      ],
    ])('shows with %j the matching accounts, page by page', async (filter, isWanted) => {
      const found = (await walk({ ...filter, limit: '4' })).map(({ id }) => id);
      expect(found).toEqual(newestFirst(isWanted));
    });

    it('pages are stable while accounts are added', async () => {
      const query = { q: 'person', limit: '10' };
      const first = (await list(query)).body;
      app.clock.advance(1_000);
      await app.register('late-person');
      const second = (await list({ ...query, cursor: first.nextCursor ?? '' })).body;
      const shown = [...first.items, ...second.items].map(({ id }) => id);
      expect(shown).toEqual(newestFirst(() => true).slice(0, 20));
    });

    it.each([
      [{ isActive: 'yes' }, '/isActive'],
      [{ isActive: 'TRUE' }, '/isActive'],
      [{ isActive: '1' }, '/isActive'],
      [{ isActive: '' }, '/isActive'],
      [{ emailVerified: 'null' }, '/emailVerified'],
      [{ role: 'root' }, '/role'],
      [{ role: '%' }, '/role'],
      [{ q: '' }, '/q'],
      [{ q: 'x'.repeat(255) }, '/q'],
      [{ limit: '101' }, '/limit'],
      [{ sort: 'email' }, '/sort'],
    ])('refuses %j', async (query, pointer) => {
      expect(refused(await list(query))).toEqual([400, 'validation_failed', pointer]);
    });

    it('refuses a filter that is given twice', async () => {
      const answer = await admin.get<Problem>('/admin/users?isActive=true&isActive=false');
      expect(refused(answer)).toEqual([400, 'validation_failed', '/isActive']);
    });
  });

  describe('the search for users', () => {
    beforeAll(async () => {
      for (const username of ['under_score', 'underXscore', 'CamelCase']) await app.register(username);
      const odd = { username: 'odd', email: 'Fifty%Off@Example.com', password: 'correct horse battery staple' };
      expect((await app.anonymous.post('/auth/register', odd)).status).toBe(201);
    });

    it.each([
      ['under_score', ['under_score']],
      ['UNDER_', ['under_score']],
      ['r_s', ['under_score']],
      ['%', ['odd']],
      ['fifty%off@example', ['odd']],
      ['y%o', ['odd']],
      ['\\', []],
      ['\\_', []],
      ['e\\_s', []],
      ['camelcase', ['CamelCase']],
      ['ELCA', ['CamelCase']],
      ['CAMELCASE@EXAMPLE.COM', ['CamelCase']],
      ["' OR 1=1 --", []],
      ['"', []],
      ['$1', []],
      ['😀', []],
    ])('for %j finds exactly the accounts with it in name or address', async (q, expected) => {
      expect((await walk({ q })).map(({ username }) => username)).toEqual(expected);
    });

    it('finds accounts that only assert an address, and never searches ids', async () => {
      const person = await app.register('unproven');
      const id = idOf(person);
      await set(person, { emailKey: id, assertedEmailKey: 'unproven@example.com' });
      expect((await walk({ q: 'UNPROVEN@' })).map((found) => found.id)).toEqual([id]);
      expect(await walk({ q: id.slice(0, 13) })).toEqual([]);
      expect(await walk({ q: idOf(admin) })).toEqual([]);
    });
  });

  describe('the audit trail', () => {
    const walkEvents = (query: Record<string, string>) => walk<AuditEventBody>(query, '/admin/audit-events');

    it('is shown whole, newest first, in pages of any size', async () => {
      const all = await walkEvents({ limit: '100' });
      expect(all.length).toBeGreaterThan(60);
      expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => all.length - index));
      expect((await walkEvents({ limit: '13' })).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    });

    it('shows actor, target, origin and position in the chain', async () => {
      const [alice] = people;
      const { body } = await events({ accountId: alice ? idOf(alice) : '', type: 'session.started' });
      const [event] = body.items;
      expect(body.items).toEqual([
        {
          id: event?.id,
          sequence: event?.sequence,
          type: 'session.started',
          result: 'success',
          occurredAt: alice?.session.user.createdAt,
          actorKind: 'user',
          actorId: alice && idOf(alice),
          accountId: alice && idOf(alice),
          targetId: (event as { targetId?: string } | undefined)?.targetId,
          ipAddress: '127.0.0.1',
          userAgent: 'node',
          details: { remembered: false, newDevice: false },
          hash: event?.hash,
        },
      ]);
      expect(event?.hash).toMatch(/^[\w-]{43}$/);
    });

    it.each<[string, () => Record<string, string>, (event: AuditEventBody) => boolean]>([
      ['type', () => ({ type: 'user.registered' }), ({ type }) => type === 'user.registered'],
      ['result', () => ({ result: 'failure' }), ({ result }) => result === 'failure'],
      [
        'account',
        () => ({ accountId: idOf(people[5] ?? admin) }),
        ({ accountId }) => accountId === idOf(people[5] ?? admin),
      ],
      ['actor', () => ({ actorId: idOf(admin).toUpperCase() }), ({ actorId }) => actorId === idOf(admin)],
      [
        'time, from the first moment up to before the last',
        () => ({ from: new Date(span.from + 3).toISOString(), to: new Date(span.from + 9).toISOString() }),
        ({ occurredAt }) => Date.parse(occurredAt) >= span.from + 3 && Date.parse(occurredAt) < span.from + 9,
      ],
      [
        'all of it together',
        () => ({
          type: 'user.deactivated',
          result: 'success',
          actorId: idOf(admin),
          from: '2026-01-01T00:00:00+02:00',
        }),
        ({ type }) => type === 'user.deactivated',
      ],
      ['a type that does not exist', () => ({ type: 'nothing.happened' }), () => false],
    ])('is filtered by %s', async (_name, query, isWanted) => {
      await app.anonymous.post('/auth/login', { username: 'nobody', password: 'is wrong anyway' });
      const wanted = (await walkEvents({ limit: '100' })).filter(isWanted);
      if (query()['type'] !== 'nothing.happened') expect(wanted.length).toBeGreaterThan(0);
      expect(await walkEvents({ ...query(), limit: '4' })).toEqual(wanted);
    });

    it.each([
      [{ accountId: 'abc' }, '/accountId'],
      [{ actorId: `${MISSING}0` }, '/actorId'],
      [{ actorId: '%' }, '/actorId'],
      [{ result: 'maybe' }, '/result'],
      [{ from: 'yesterday' }, '/from'],
      [{ from: '2026-02-30T00:00:00Z' }, '/from'],
      [{ from: '2026-11-20T21:44:52' }, '/from'],
      [{ to: '2026-11-20' }, '/to'],
      [{ to: '1795220542' }, '/to'],
      [{ type: '' }, '/type'],
      [{ sequence: '1' }, '/sequence'],
    ])('refuses %j', async (query, pointer) => {
      expect(refused(await events(query))).toEqual([400, 'validation_failed', pointer]);
    });

    it('does not record reads of itself', async () => {
      const before = (await walkEvents({ limit: '100' })).length;
      expect((await walkEvents({ limit: '100' })).length).toBe(before);
    });
  });

  describe('a cursor', () => {
    const cursorOf = async (path: string, query: Record<string, string>) =>
      (await list(query, path)).body.nextCursor ?? '';

    const INVALID = [400, 'invalid_cursor', '/cursor'];

    it('of another filter, of other values of it, of another list, or of none, is refused', async () => {
      const users = await cursorOf('/admin/users', { isActive: 'true', limit: '2' });
      const used = (query: Record<string, string>, path = '/admin/users') => list({ ...query, cursor: users }, path);
      expect((await used({ isActive: 'true' })).status).toBe(200);
      expect(refused(await used({}))).toEqual(INVALID);
      expect(refused(await used({ isActive: 'false' }))).toEqual(INVALID);
      expect(refused(await used({ emailVerified: 'true' }))).toEqual(INVALID);
      expect(refused(await used({ isActive: 'true', q: 'person' }))).toEqual(INVALID);
      expect(refused(await used({}, '/admin/audit-events'))).toEqual(INVALID);
      expect(refused(await used({}, '/auth/activity'))).toEqual(INVALID);
      const trail = await cursorOf('/admin/audit-events', { type: 'user.registered', limit: '2' });
      const other = await list({ type: 'session.started', cursor: trail }, '/admin/audit-events');
      expect(refused(other)).toEqual(INVALID);
    });

    it('with any one character changed, or forged, is refused', async () => {
      const cursor = await cursorOf('/admin/users', { limit: '2' });
      for (let index = 0; index < cursor.length; index += 5) {
        const forged = `${cursor.slice(0, index)}${cursor[index] === 'A' ? 'B' : 'A'}${cursor.slice(index + 1)}`;
        expect(refused(await list({ cursor: forged }))).toEqual(INVALID);
      }
      expect(refused(await list({ cursor: Buffer.from('[0,"x"]').toString('base64url') }))).toEqual(INVALID);
    });
  });

  /** The state of an account after its link was followed, or not. */
  async function set(person: Actor, columns: Partial<User>): Promise<void> {
    const users = app.app.get(UsersService);
    await app.app.get(Database).transaction((tx) => users.update(tx, idOf(person), columns));
  }
});
