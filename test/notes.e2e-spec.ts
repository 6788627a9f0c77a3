import { type Actor, TestApp } from './support/app';
import type { NoteBody, PageBody, Problem } from './support/client';
import { onEachDatabase } from './support/databases';

const MISSING_ID = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';

onEachDatabase((dialect) => {
  let app: TestApp;
  let alice: Actor;
  let bob: Actor;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
    alice = await app.register('alice');
    bob = await app.register('bob');
  });

  afterAll(() => app.stop());

  const write = async (owner: Actor, note: object) => {
    const { body } = await owner.post<NoteBody>('/notes', note);
    return body;
  };

  it('a new note is returned completely, with its Location, where its owner can read it', async () => {
    const created = await alice.post<NoteBody>('/notes', { title: '  Groceries ', content: ' Milk\n', isPinned: true });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: created.body.id,
      title: 'Groceries',
      content: ' Milk\n',
      isPinned: true,
      authorId: alice.session.user.id,
      createdAt: new Date(app.clock.now()).toISOString(),
      updatedAt: new Date(app.clock.now()).toISOString(),
    });
    expect(created.body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(created.headers.get('location')).toBe(`/api/v1/notes/${created.body.id}`);
    const read = await alice.get<NoteBody>(`/notes/${created.body.id}`);
    expect(read.status).toBe(200);
    expect(read.body).toEqual(created.body);
  });

  it('content and pin are optional', async () => {
    const note = await write(alice, { title: 'Bare' });
    expect(note).toMatchObject({ content: '', isPinned: false });
  });

  it('content is kept byte for byte, in any Unicode', async () => {
    const content = ' \t\r\n"\\ 😀 e\u0301 \u00e9 \u200b\u202e 漢字 \u{10FFFF}\u0001';
    const note = await write(alice, { title: 'Unicode', content });
    const { body } = await alice.get<NoteBody>(`/notes/${note.id}`);
    expect(body.content).toBe(content);
  });

  it('a change touches only what is given', async () => {
    const note = await write(alice, { title: 'Before', content: 'same' });
    app.clock.advance(5);
    const changed = await alice.patch<NoteBody>(`/notes/${note.id}`, { title: 'After' });
    expect(changed.status).toBe(200);
    expect(changed.body).toEqual({ ...note, title: 'After', updatedAt: new Date(app.clock.now()).toISOString() });
    const { body } = await alice.get<NoteBody>(`/notes/${note.id}`);
    expect(body).toEqual(changed.body);
  });

  it('a deleted note is gone', async () => {
    const note = await write(alice, { title: 'Doomed' });
    expect((await alice.delete(`/notes/${note.id}`)).status).toBe(204);
    expect((await alice.get(`/notes/${note.id}`)).status).toBe(404);
    expect((await alice.delete(`/notes/${note.id}`)).status).toBe(404);
  });

  describe.each(['GET', 'PATCH', 'DELETE'])("%s on another's note, a missing one and a malformed id", (method) => {
    const body = method === 'PATCH' ? { title: 'Mine now' } : undefined;

    it("another's note is 403 and stays unchanged", async () => {
      const note = await write(alice, { title: 'Private' });
      const answer = await bob.send<Problem>(method, `/notes/${note.id}`, body);
      expect(answer.status).toBe(403);
      expect(answer.body.code).toBe('forbidden');
      expect((await alice.get<NoteBody>(`/notes/${note.id}`)).body).toEqual(note);
    });

    it('a missing note is 404', async () => {
      const answer = await bob.send<Problem>(method, `/notes/${MISSING_ID}`, body);
      expect(answer.status).toBe(404);
      expect(answer.body.code).toBe('not_found');
    });

    it('a malformed id is 400', async () => {
      for (const id of ['abc', '1', `${MISSING_ID}0`, '%00', "'%20OR%201=1", 'x'.repeat(3000), 'undefined']) {
        const answer = await bob.send<Problem>(method, `/notes/${id}`, body);
        expect(answer.status).toBe(400);
        expect(answer.body).toMatchObject({ code: 'validation_failed', errors: [{ pointer: '/id' }] });
      }
    });

    it('an anonymous client gets 401 before anything is revealed about the note', async () => {
      const note = await write(alice, { title: 'Private' });
      for (const id of [note.id, MISSING_ID, 'abc']) {
        const answer = await app.anonymous.send<Problem>(method, `/notes/${id}`, body);
        expect(answer.status).toBe(401);
        expect(answer.body.code).toBe('unauthenticated');
      }
    });
  });

  it('an id is read ignoring case, as RFC 9562 has it', async () => {
    const note = await write(alice, { title: 'Case' });
    expect((await alice.get<NoteBody>(`/notes/${note.id.toUpperCase()}`)).body).toEqual(note);
  });

  describe('lists', () => {
    let reader: Actor;

    beforeAll(async () => {
      reader = await app.register(`reader${dialect}`);
    });

    const all = async (limit: number) => {
      const items: NoteBody[] = [];
      let cursor: string | null = null;
      do {
        const page: { body: PageBody<NoteBody> } = await reader.get<PageBody<NoteBody>>(
          `/notes?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`,
        );
        items.push(...page.body.items);
        cursor = page.body.nextCursor;
      } while (cursor !== null);
      return items;
    };

    it('are pinned first, then newest first, whatever the size of a page, even within one millisecond', async () => {
      const written: NoteBody[] = [];
      for (let index = 0; index < 25; index += 1) {
        written.push(await write(reader, { title: `n${index}`, isPinned: index % 3 === 0 }));
        if (index % 4 === 0) app.clock.advance(1);
      }
      await write(alice, { title: "somebody else's" });
      const newestFirst = written.toReversed();
      const expected = [
        ...newestFirst.filter((note) => note.isPinned),
        ...newestFirst.filter((note) => !note.isPinned),
      ];
      for (const limit of [1, 7, 25, 100]) expect(await all(limit)).toEqual(expected);
    });

    it('have 20 rows when no limit is given', async () => {
      const { body } = await reader.get<PageBody<NoteBody>>('/notes');
      expect(body.items).toHaveLength(20);
      expect(body.nextCursor).toEqual(expect.any(String));
    });

    it('neither repeat nor skip a row while others come and go', async () => {
      const before = await all(100);
      const first = await reader.get<PageBody<NoteBody>>('/notes?limit=5');
      await write(reader, { title: 'came', isPinned: true });
      await reader.delete(`/notes/${first.body.items[4]?.id}`);
      await reader.delete(`/notes/${first.body.items[0]?.id}`);
      const rest = await reader.get<PageBody<NoteBody>>(`/notes?limit=100&cursor=${first.body.nextCursor}`);
      expect([...first.body.items, ...rest.body.items]).toEqual(before);
    });

    it('refuse a forged cursor, one of another list, and one of another user', async () => {
      const { body } = await reader.get<PageBody<NoteBody>>('/notes?limit=2');
      const cursor = body.nextCursor ?? '';
      const forged = [
        `${cursor.slice(0, -2)}AA`,
        `${cursor}A`,
        'e30',
        '',
        'ÿ',
        Buffer.from('[]').toString('base64url'),
      ];
      for (const candidate of forged) {
        const answer = await reader.get<Problem>(`/notes?cursor=${encodeURIComponent(candidate)}`);
        expect([answer.status, answer.body.code]).toEqual([400, 'invalid_cursor']);
      }
      expect((await bob.get<Problem>(`/notes?cursor=${cursor}`)).body.code).toBe('invalid_cursor');
      expect((await reader.get<Problem>(`/auth/sessions?cursor=${cursor}`)).body.code).toBe('invalid_cursor');
    });

    it.each([
      'limit=0',
      'limit=101',
      'limit=abc',
      'limit=',
      'limit=1e1',
      'limit=-1',
      'limit=1.5',
      'limit=1&limit=2',
      'page=2',
      'limit=%31%00',
    ])('refuse ?%s', async (query) => {
      const answer = await reader.get<Problem>(`/notes?${query}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    });
  });
});
