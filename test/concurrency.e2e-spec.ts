import { DataSource, In } from 'typeorm';
import { PasswordCredential } from '../src/auth/passwords/password-credential.entity';
import { Session } from '../src/auth/sessions/session.entity';
import { Note } from '../src/notes/note.entity';
import { NotesService } from '../src/notes/notes.service';
import { Database } from '../src/platform/database/database.service';
import { newId } from '../src/platform/kernel/ids';
import { User } from '../src/users/user.entity';
import { type Actor, TestApp } from './support/app';
import {
  type Answer,
  type Authenticated,
  type NoteBody,
  type PageBody,
  type Problem,
  PASSWORD,
} from './support/client';
import { onEachDatabase } from './support/databases';

/** So that a busy machine does not refuse requests that must succeed here. */
const PATIENT = { DATABASE_TIMEOUT_MS: '30000' };

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** The items of all lists, one of each in turn, so that different work happens at the same time. */
function interleave<T>(...lists: T[][]): T[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return times(longest, (index) => lists.flatMap((list) => list.slice(index, index + 1))).flat();
}

const statuses = (answers: Answer[]) => answers.map(({ status }) => status).sort((a, b) => a - b);

onEachDatabase((dialect) => {
  let app: TestApp;
  let database: Database;
  let dataSource: DataSource;
  let alice: Actor;

  beforeAll(async () => {
    app = await TestApp.start(dialect, PATIENT);
    database = app.app.get(Database);
    dataSource = app.app.get(DataSource);
    alice = await app.register('alice');
  });

  afterAll(() => app.stop());

  const register = (username: string, email: string) =>
    app.anonymous.post<Authenticated & Problem>('/auth/register', { username, email, password: PASSWORD });

  const noteRow = (title: string, id = newId()) =>
    Object.assign(new Note(), {
      id,
      ownerId: alice.session.user.id,
      title,
      content: title,
      isPinned: false,
      createdAt: 1,
      updatedAt: 1,
    });

  /** A module that fails halfway: its rows must not remain, nor affect others. */
  const failHalfWay = (title: string) =>
    database.transaction(async ({ manager }) => {
      const row = noteRow(title);
      await manager.insert(Note, row);
      await manager.update(Note, { id: row.id }, { content: 'half-way' });
      await manager.insert(Note, noteRow(title));
      throw new Error('half-way');
    });

  const titlesOf = async (titles: string[]) => {
    const rows = await dataSource.getRepository(Note).findBy({ title: In(titles) });
    return rows.map(({ title }) => title).sort();
  };

  describe('20 registrations at once', () => {
    it('of one name in different case: one is 201, 19 are 409, and nothing of the 19 remains', async () => {
      const before = await dataSource.getRepository(Session).count();
      const names = times(20, (index) => (index % 2 === 0 ? 'Wanted.Name' : 'wanted.nAME'));
      const answers = await Promise.all(names.map((name, index) => register(name, `wanted${index}@example.com`)));
      expect(statuses(answers)).toEqual([201, ...times(19, () => 409)]);
      for (const { body } of answers.filter(({ status }) => status === 409)) {
        expect([body.code, body.errors?.map(({ pointer }) => pointer)]).toEqual(['username_taken', ['/username']]);
      }
      const emails = names.map((_, index) => `wanted${index}@example.com`);
      expect(await dataSource.getRepository(User).countBy({ emailKey: In(emails) })).toBe(1);
      expect(await dataSource.getRepository(Session).count()).toBe(before + 1);
    });

    it('of one email in different case: one is 201, 19 are 409, and nothing of the 19 remains', async () => {
      const before = await dataSource.getRepository(Session).count();
      const emails = times(20, (index) => (index % 2 === 0 ? 'Post@Example.com' : 'pOST@example.COM'));
      const answers = await Promise.all(emails.map((email, index) => register(`post${index}`, email)));
      expect(statuses(answers)).toEqual([201, ...times(19, () => 409)]);
      for (const { body } of answers.filter(({ status }) => status === 409)) {
        expect([body.code, body.errors?.map(({ pointer }) => pointer)]).toEqual(['email_taken', ['/email']]);
      }
      const names = emails.map((_, index) => `post${index}`);
      expect(await dataSource.getRepository(User).countBy({ usernameKey: In(names) })).toBe(1);
      expect(await dataSource.getRepository(Session).count()).toBe(before + 1);
    });
  });

  it('of 200 concurrent requests, some of which roll back, nothing acknowledged is lost and nothing refused remains', async () => {
    const write = (title: string) => alice.post<NoteBody>('/notes', { title, content: title });
    const old = await Promise.all(times(40, (index) => write(`old ${index}`)));
    const ids = old.map(({ body }) => body.id).sort();
    const [changed, removed] = [ids.slice(0, 20), ids.slice(20)];
    const count = () =>
      Promise.all([User, Session, PasswordCredential].map((table) => dataSource.getRepository<object>(table).count()));
    const before = await count();
    const posted = times(80, (index) => `posted ${index}`);
    const committed = times(10, (index) => `committed ${index}`);
    const rolledBack = times(30, (index) => `rolled back ${index}`);
    const commit = (title: string) =>
      database.transaction(async ({ manager }) => {
        await manager.insert(Note, noteRow(title));
      });
    const status = async (request: Promise<Answer>) => (await request).status;
    const outcomes = await Promise.all(
      interleave<() => Promise<unknown>>(
        posted.map((title) => () => status(write(title))),
        changed.map((id) => () => status(alice.patch(`/notes/${id}`, { content: 'changed' }))),
        removed.map((id) => () => status(alice.delete(`/notes/${id}`))),
        // Four at once want each of ten names; three of the four have to be rolled back.
        times(40, (index) => () => status(register(`racer${index % 10}`, `racer${index}@example.com`))),
        committed.map((title) => () => commit(title)),
        rolledBack.map((title) => () => expect(failHalfWay(title)).rejects.toThrow('half-way')),
      ).map((start) => start()),
    );
    expect(outcomes).toHaveLength(200);
    const answered = (code: number) => outcomes.filter((outcome) => outcome === code).length;
    expect([200, 201, 204, 409].map(answered)).toEqual([20, 90, 20, 30]);
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(40);
    expect(await titlesOf(posted)).toEqual([...posted].sort());
    expect(await titlesOf(committed)).toEqual([...committed].sort());
    expect(await titlesOf(rolledBack)).toEqual([]);
    const kept = await dataSource.getRepository(Note).find({ where: { id: In(ids) }, order: { id: 'ASC' } });
    expect(kept.map(({ id, content }) => [id, content])).toEqual(changed.map((id) => [id, 'changed']));
    expect(await count()).toEqual(before.map((rows) => rows + 10));
  });

  it("a module's plain repository calls are safe beside transactions that roll back", async () => {
    const repository = dataSource.getRepository(Note);
    const existing = noteRow('existing');
    await repository.insert(existing);
    const saved = times(50, (index) => `saved ${index}`);
    const inserted = times(50, (index) => `inserted ${index}`);
    const refused = times(20, (index) => `refused ${index}`);
    const rolledBack = times(50, (index) => `module rolled back ${index}`);
    const oneByOne = async (titles: string[], work: (title: string) => Promise<unknown>) => {
      for (const title of titles) await work(title);
    };
    // Five of each kind at a time, so that single statements meet every stage of a transaction.
    const inFive = (titles: string[], work: (title: string) => Promise<unknown>) =>
      times(5, (index) =>
        oneByOne(
          titles.filter((_, place) => place % 5 === index),
          work,
        ),
      );
    await Promise.all([
      ...inFive(saved, (title) => repository.save(noteRow(title))),
      ...inFive(inserted, (title) => repository.insert(noteRow(title))),
      ...inFive(rolledBack, (title) => expect(failHalfWay(title)).rejects.toThrow('half-way')),
      ...inFive(refused, (title) => expect(repository.insert(noteRow(title, existing.id))).rejects.toThrow()),
    ]);
    expect(await titlesOf(saved)).toEqual([...saved].sort());
    expect(await titlesOf(inserted)).toEqual([...inserted].sort());
    expect(await titlesOf([...refused, ...rolledBack])).toEqual([]);
    expect(await repository.findOneBy({ id: existing.id })).toMatchObject({ title: 'existing' });
  });

  it('of two deletes racing two changes of one note, one delete wins, a change is made or 404, and the note is gone', async () => {
    const race = async (index: number) => {
      const { body } = await alice.post<NoteBody>('/notes', { title: `raced ${index}` });
      const path = `/notes/${body.id}`;
      const remove = () => alice.delete(path);
      const change = () => alice.patch<NoteBody>(path, { title: `changed ${index}` });
      const order = index % 2 === 0 ? [change, remove, change, remove] : [remove, change, remove, change];
      const answers = await Promise.all(order.map((start) => start()));
      const of = (start: () => Promise<Answer>) => statuses(answers.filter((_, place) => order[place] === start));
      expect(of(remove)).toEqual([204, 404]);
      expect(of(change).filter((status) => status !== 200 && status !== 404)).toEqual([]);
      expect((await alice.get(path)).status).toBe(404);
    };
    await Promise.all(times(30, race));
  });

  it('of two users who take the same name at once, in different case, one gets it and the other keeps the old one', async () => {
    const [bob, carol] = [await app.register('bob'), await app.register('carol')];
    const pair = [bob, carol];
    for (let round = 0; round < 10; round += 1) {
      const before = await Promise.all(pair.map((user) => user.get<Authenticated['user']>('/users/me')));
      const wanted = [`Prize${round}`, `pRIZE${round}`];
      const answers = await Promise.all(
        pair.map((user, index) => user.patch<Problem>('/users/me', { username: wanted[index] })),
      );
      expect(statuses(answers)).toEqual([200, 409]);
      for (const [index, user] of pair.entries()) {
        const won = answers[index]?.status === 200;
        if (!won) expect(answers[index]?.body.code).toBe('username_taken');
        const { body } = await user.get<Authenticated['user']>('/users/me');
        expect(body.username).toBe(won ? wanted[index] : before[index]?.body.username);
      }
    }
  });

  it('a note that changed hands since it was read is neither changed nor deleted for its former owner', async () => {
    const heir = await app.register('heir');
    const notes = app.app.get(NotesService);
    const note = await notes.create(alice.session.user.id, { title: 'handed over' });
    await database.update(Note, { id: note.id }, { ownerId: heir.session.user.id });
    await expect(notes.update(note, { title: 'taken back' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(notes.remove(note)).rejects.toMatchObject({ code: 'not_found' });
    expect((await heir.get<NoteBody>(`/notes/${note.id}`)).body.title).toBe('handed over');
  });

  it('pages read while notes are created, changed and deleted show every remaining note once, in order', async () => {
    const reader = await app.register('reader');
    const note = (title: string) => reader.post<NoteBody>('/notes', { title });
    const staying: string[] = [];
    for (let index = 0; index < 40; index += 1) staying.unshift((await note(`staying ${index}`)).body.id);
    const comeAndGo = async (index: number) => {
      const { body } = await note(`passing ${index}`);
      await reader.patch(`/notes/${body.id}`, { isPinned: true });
      expect((await reader.delete(`/notes/${body.id}`)).status).toBe(204);
      expect((await reader.patch(`/notes/${staying[index]}`, { content: `${index}` })).status).toBe(200);
    };
    const walk = async (limit: number) => {
      const seen: string[] = [];
      let cursor = '';
      do {
        const page: Answer<PageBody<NoteBody>> = await reader.get(`/notes?limit=${limit}${cursor}`);
        expect(page.status).toBe(200);
        seen.push(...page.body.items.map(({ id }) => id));
        cursor = page.body.nextCursor === null ? '' : `&cursor=${page.body.nextCursor}`;
      } while (cursor !== '');
      expect(seen.filter((id) => staying.includes(id))).toEqual(staying);
      expect(new Set(seen).size).toBe(seen.length);
    };
    await Promise.all(
      interleave<Promise<void>>(
        times(40, comeAndGo),
        times(15, (index) => walk(3 + index)),
      ),
    );
  });
});
