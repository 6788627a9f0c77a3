import type { Note } from '../src/notes/note.entity';
import { NotesService } from '../src/notes/notes.service';
import { DomainError } from '../src/platform/problems/domain-error';
import { type Actor, TestApp } from './support/app';
import type { NoteBody, PageBody } from './support/client';
import { onEachDatabase } from './support/databases';
import { type PageAnswer, Visitor } from './support/visitor';

const MISSING_ID = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';
const SCRIPT = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&';

/** The value of a hidden field of a page. */
const hidden = ({ html }: PageAnswer, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

/** The titles of a list, in its order. */
const titlesIn = ({ html }: PageAnswer) =>
  [...html.matchAll(/<h2><a [^>]*>([^<]*)<\/a><\/h2>/g)].map(([, title]) => title);

const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

onEachDatabase((dialect) => {
  let app: TestApp;
  let alice: Actor;
  let visitor: Visitor;
  let stranger: Visitor;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { QUOTA_ROWS: '60' });
    alice = await app.register('alice');
    visitor = new Visitor(app.origin);
    await visitor.logIn('alice');
    stranger = await new Visitor(app.origin).register('bob');
  });

  beforeEach(async () => {
    for (const { id } of await notes()) await alice.delete(`/notes/${id}`);
  });

  afterAll(() => app.stop());

  const notes = async () => (await alice.get<PageBody<NoteBody>>('/notes?limit=100')).body.items;

  const write = async (note: object) => (await alice.post<NoteBody>('/notes', note)).body;

  /** A note as it is now. */
  const read = async (id: string) => (await alice.get<NoteBody>(`/notes/${id}`)).body;

  it('a visitor writes, reads, changes and deletes a note, told each time what was done', async () => {
    const empty = await visitor.get('/notes');
    expect(empty.html).toContain('You have no notes yet.');
    expect(empty.html).toContain('<a href="/notes" aria-current="page">Notes</a>');
    const key = hidden(await visitor.get('/notes/new'), 'key');
    const fields = { key, title: ' Groceries ', content: '\r\n# Milk\r\n\r\n*fresh*', isPinned: 'on' };
    const written = await visitor.post('/notes', fields);
    expect([written.status, written.location]).toEqual([303, expect.stringMatching(/^\/notes\/[0-9a-f-]{36}$/)]);
    const path = written.location ?? '';
    const [note] = await notes();
    expect(note).toMatchObject({ title: 'Groceries', content: '\n# Milk\n\n*fresh*', isPinned: true });
    const shown = await visitor.get(path);
    expect(shown.html).toContain('Your note is saved.');
    expect(shown.html).toContain('<h2>Milk</h2>\n<p><em>fresh</em></p>');
    const edit = await visitor.get(`${path}/edit`);
    // HTML parsers drop one line end behind <textarea>.
    expect(edit.html).toMatch(/<textarea [^>]*>\n\n# Milk\n\n\*fresh\*<\/textarea>/);
    expect(edit.html).toContain('name="isPinned" checked');
    const saved = await visitor.post(path, { version: hidden(edit, 'version'), title: 'Food', content: '' });
    expect([saved.status, saved.location]).toEqual([303, path]);
    expect(await notes()).toEqual([expect.objectContaining({ title: 'Food', content: '', isPinned: false })]);
    expect((await visitor.get(path)).html).toContain('Your changes are saved.');
    expect((await visitor.get(`${path}/delete`)).html).toContain('<h1>Delete this note?</h1>');
    expect(await notes()).toHaveLength(1);
    const deleted = await visitor.post(`${path}/delete`);
    expect([deleted.status, deleted.location]).toEqual([303, '/notes']);
    expect(await notes()).toEqual([]);
    expect((await visitor.get('/notes')).html).toContain('The note is deleted.');
    expect((await visitor.get(path)).status).toBe(404);
  });

  it("another's note is 403, a missing one 404, a malformed id 400: pages all, and the note stays", async () => {
    const note = await write({ title: 'Private', content: 'secret' });
    const paths = ['', '/edit', '/delete'];
    const requests = [
      ...paths.map((path) => (id: string) => stranger.get(`/notes/${id}${path}`)),
      ...['', '/pin', '/delete'].map(
        (path) => (id: string) => stranger.post(`/notes/${id}${path}`, { title: 'Taken', isPinned: 'on' }),
      ),
    ];
    for (const request of requests) {
      const malformed = ['abc', `${MISSING_ID}0`, '%00', "'%20OR%201=1"].map((id) => [id, 400] as const);
      for (const [id, status] of [[note.id, 403], [MISSING_ID, 404], ...malformed] as const) {
        const answer = await request(id);
        expect([id, answer.status]).toEqual([id, status]);
        expect(answer.html).toMatch(/^<!doctype html>/);
        expect(answer.html).not.toMatch(/Private|secret/);
      }
    }
    expect(await read(note.id)).toEqual(note);
  });

  it('a stranger is sent to the login, and lands on the note after it', async () => {
    const { id } = await write({ title: 'Wanted' });
    const anonymous = new Visitor(app.origin);
    const { location } = await anonymous.get(`/notes/${id}`);
    expect(location).toBe(`/login?next=${encodeURIComponent(`/notes/${id}`)}`);
    const next = hidden(await anonymous.get(location ?? ''), 'next');
    const { location: back } = await anonymous.logIn('alice', { next });
    expect((await anonymous.get(back ?? '')).html).toContain('<h1 dir="auto">Wanted</h1>');
  });

  it('45 notes come in three pages, pinned first and newest first, none of them twice', async () => {
    const written: NoteBody[] = [];
    for (let index = 0; index < 45; index += 1)
      written.push(await write({ title: `n${index}`, isPinned: index % 9 === 0 }));
    const newest = written.toReversed();
    const expected = [...newest.filter((note) => note.isPinned), ...newest.filter((note) => !note.isPinned)];
    const pages: PageAnswer[] = [];
    let address: string | undefined = '/notes';
    while (address !== undefined) {
      const page: PageAnswer = await visitor.get(address);
      pages.push(page);
      address = /href="(\/notes\?cursor=[^"]+)"/.exec(page.html)?.[1];
    }
    expect(pages.map((page) => titlesIn(page).length)).toEqual([20, 20, 5]);
    expect(pages.flatMap(titlesIn)).toEqual(expected.map(({ title }) => title));
    expect(pages[2]?.html).toContain('<a href="/notes">First page</a>');
    expect((await visitor.get('/notes?cursor=forged')).status).toBe(400);
  });

  it('a pin moves a note to the top and back, keeps the place in the list, and never leads elsewhere', async () => {
    const [first] = [await write({ title: 'first', content: 'kept' }), await write({ title: 'second' })];
    const pin = (fields: Record<string, string>) => visitor.post(`/notes/${first.id}/pin`, fields);
    expect(titlesIn(await visitor.get('/notes'))).toEqual(['second', 'first']);
    expect((await pin({ isPinned: 'on', next: '/notes?cursor=x' })).location).toBe('/notes?cursor=x');
    expect(titlesIn(await visitor.get('/notes'))).toEqual(['first', 'second']);
    expect((await pin({ next: '//evil.example' })).location).toBe('/notes');
    expect(titlesIn(await visitor.get('/notes'))).toEqual(['second', 'first']);
    expect(await read(first.id)).toMatchObject({ content: 'kept', isPinned: false });
  });

  it('pins and changes of the text at the same time lose nothing of each other', async () => {
    const { id } = await write({ title: 'Both', content: 'before' });
    const edit = hidden(await visitor.get(`/notes/${id}/edit`), 'version');
    const [, ...texts] = await Promise.all([
      visitor.post(`/notes/${id}/pin`, { isPinned: 'on' }),
      ...Array.from({ length: 5 }, (_, index) => alice.patch(`/notes/${id}`, { content: `after ${index}` })),
    ]);
    expect(texts.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const { content, isPinned } = await read(id);
    expect([content.slice(0, 5), isPinned]).toEqual(['after', true]);
    // The version that the form was made for is gone, however many changes fell into one millisecond.
    const late = await visitor.post(`/notes/${id}`, { version: edit, title: 'Both', content: 'mine' });
    expect(late.status).toBe(412);
    expect(await read(id)).toMatchObject({ updatedAt: new Date(Number(edit) + 6).toISOString() });
  });

  it('scripts in titles and texts are shown as text, wherever they are shown', async () => {
    const note = await write({ title: SCRIPT, content: `${SCRIPT}\n\n[x](javascript:alert(1))</textarea></pre>` });
    const paths = ['/notes', `/notes/${note.id}`, `/notes/${note.id}/edit`, `/notes/${note.id}/delete`];
    const pages = await Promise.all(paths.map((path) => visitor.get(path)));
    const fields = { version: 'x', title: `${SCRIPT}!`, content: SCRIPT };
    pages.push(await visitor.post(`/notes/${note.id}`, fields));
    pages.push(await visitor.post('/notes', { ...fields, title: SCRIPT.repeat(5), key: '"><script>' }));
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 200, 412, 400]);
    for (const { html, headers } of pages) {
      expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&lt;img');
      expect(html).not.toMatch(/<script>|<img|href="javascript|onerror=alert\(1\)>/);
      expect(headers.get('content-security-policy')).toMatch(/script-src 'self';/);
    }
  });

  it('what is wrong stands beside its field, and what was filled in is kept', async () => {
    const key = hidden(await visitor.get('/notes/new'), 'key');
    const answer = await visitor.post('/notes', { key, title: ' ', content: '\r\nkept <b>', isPinned: 'on' });
    expect(answer.status).toBe(400);
    expect(answer.html).toContain('<p class="error" id="title-error">Title must be 1 to 200 characters.</p>');
    expect(answer.html).toMatch(/<textarea [^>]*>\n\nkept &lt;b&gt;<\/textarea>/);
    expect(answer.html).toContain('name="isPinned" checked');
    expect(hidden(answer, 'key')).toBe(key);
    const { id } = await write({ title: 'Short' });
    const version = hidden(await visitor.get(`/notes/${id}/edit`), 'version');
    const long = await visitor.post(`/notes/${id}`, { version, title: 'x'.repeat(201), content: 'y'.repeat(100_001) });
    expect(long.status).toBe(400);
    expect(long.html).toContain('Title must be 1 to 200 characters.');
    expect(long.html).toContain('Text must be 0 to 100000 characters.');
    expect(hidden(long, 'version')).toBe(version);
    expect((await visitor.post('/notes')).status).toBe(400);
    expect((await visitor.post('/notes', { title: 'a\0b' })).status).toBe(400);
    expect(await notes()).toHaveLength(1);
  });

  it('a form that is sent 20 times at once makes one note, and every answer leads to it', async () => {
    const key = hidden(await visitor.get('/notes/new'), 'key');
    const answers = await times(20, () => visitor.post('/notes', { key, title: 'Once', content: 'a\r\nb' }));
    const made = await notes();
    expect(made.map(({ title }) => title)).toEqual(['Once']);
    expect(new Set(answers.map(({ status, location }) => `${status} ${location}`))).toEqual(
      new Set([`303 /notes/${made[0]?.id}`]),
    );
  });

  it('a form that is filled in for another note after it made one is not lost, and makes that when saved again', async () => {
    const key = hidden(await visitor.get('/notes/new'), 'key');
    await visitor.post('/notes', { key, title: 'One' });
    const answer = await visitor.post('/notes', { key, title: 'Two' });
    expect(answer.status).toBe(409);
    expect(answer.html).toContain('This form has already created a note.');
    await visitor.post('/notes', { key: hidden(answer, 'key'), title: 'Two' });
    expect((await notes()).map(({ title }) => title)).toEqual(['Two', 'One']);
  });

  it("a key of another account's form, or of none, is valid for a new note of one's own alone", async () => {
    const key = hidden(await stranger.get('/notes/new'), 'key');
    const { location } = await stranger.post('/notes', { key, title: 'Of bob' });
    const answer = await visitor.post('/notes', { key, title: 'Of alice' });
    expect([answer.status, answer.location === location]).toEqual([303, false]);
    await visitor.post('/notes', { key: MISSING_ID, title: 'Chosen' });
    expect((await notes()).map(({ title, id }) => [title, id === MISSING_ID])).toEqual([
      ['Chosen', false],
      ['Of alice', false],
    ]);
  });

  it('of 20 forms for one version, sent at once, one is saved; the others see it beside their own', async () => {
    const { id } = await write({ title: 'Contended', content: 'before' });
    const version = hidden(await visitor.get(`/notes/${id}/edit`), 'version');
    const answers = await times(20, (index) =>
      visitor.post(`/notes/${id}`, { version, title: `Title ${index}`, content: `mine <${index}>` }),
    );
    const winners = [...answers.keys()].filter((index) => answers[index]?.status === 303);
    expect(winners).toHaveLength(1);
    expect(await read(id)).toMatchObject({ title: `Title ${winners[0]}`, content: `mine <${winners[0]}>` });
    for (const [index, answer] of answers.entries()) {
      if (index === winners[0]) continue;
      expect(answer.status).toBe(412);
      expect(answer.html).toContain(`<h3 dir="auto">Title ${winners[0]}</h3>`);
      expect(answer.html).toMatch(new RegExp(`<pre [^>]*>\nmine &lt;${winners[0]}&gt;</pre>`));
      expect(answer.html).toMatch(new RegExp(`<textarea [^>]*>\nmine &lt;${index}&gt;</textarea>`));
      expect(answer.html).toContain(`href="/notes/${id}">Keep the saved version</a>`);
    }
    const loser = answers.find(({ status }) => status === 412);
    const over = { version: loser ? hidden(loser, 'version') : '', title: 'Over it', content: 'mine' };
    expect((await visitor.post(`/notes/${id}`, over)).status).toBe(303);
    expect(await read(id)).toMatchObject({ title: 'Over it', content: 'mine' });
  });

  it('a change that is sent twice is saved once, and both answers lead to the note', async () => {
    const { id } = await write({ title: 'Twice' });
    const version = hidden(await visitor.get(`/notes/${id}/edit`), 'version');
    const answers = await times(5, () => visitor.post(`/notes/${id}`, { version, title: 'Saved' }));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303, 303]);
    expect(await read(id)).toMatchObject({ updatedAt: new Date(Number(version) + 1).toISOString() });
  });

  it.each(['', 'x', '-1', '1e999', '9'.repeat(30), '1; DROP TABLE notes'])(
    'no note has the version %j',
    async (version) => {
      const { id } = await write({ title: 'Kept' });
      const answer = await visitor.post(`/notes/${id}`, { version, title: 'Lost' });
      expect(answer.status).toBe(412);
      expect(await read(id)).toMatchObject({ title: 'Kept' });
    },
  );

  it('the service says which change came too late, and which row is gone', async () => {
    const service = app.app.get(NotesService);
    const { id } = await write({ title: 'Served' });
    const note = (await service.findOwned(alice.session.user.id, id)) as Note;
    expect(await service.findOwned(MISSING_ID, id)).toBeNull();
    const codeOf = (version: number) =>
      service.update(note, { title: 'Changed' }, version).then(
        ({ updatedAt }) => updatedAt,
        (error: unknown) => (error instanceof DomainError ? error.code : error),
      );
    expect(await codeOf(note.updatedAt)).toBe(note.updatedAt + 1);
    expect(await codeOf(note.updatedAt)).toBe('precondition_failed');
    await service.remove(note);
    expect(await codeOf(note.updatedAt + 1)).toBe('not_found');
  });

  it('a note of 100,000 emoji is kept, shown as it is, and changed; one more is refused', async () => {
    const content = '😀'.repeat(100_000);
    const { location } = await visitor.post('/notes', { title: '😀'.repeat(200), content });
    const path = location ?? '';
    expect(await notes()).toEqual([expect.objectContaining({ content })]);
    expect((await visitor.get(path)).html).toContain(`<pre class="plain" tabindex="0" dir="auto">\n${content}</pre>`);
    expect((await visitor.get('/notes')).html).toContain(`<p dir="auto">${'😀'.repeat(200)}…</p>`);
    const version = hidden(await visitor.get(`${path}/edit`), 'version');
    const other = content.replace('😀', '🎉');
    expect((await visitor.post(path, { version, title: 'Shorter', content: other })).status).toBe(303);
    expect(await notes()).toEqual([expect.objectContaining({ title: 'Shorter', content: other })]);
    expect((await visitor.post('/notes', { title: 'More', content: `${content}😀` })).status).toBe(400);
    expect((await visitor.post('/notes', { title: 'Huge', content: '😀'.repeat(110_000) })).status).toBe(413);
  });

  it('a note beyond the quota is refused in the form, which keeps it', async () => {
    await times(60, (index) => write({ title: `${index}` }));
    const answer = await visitor.post('/notes', { title: 'One more', content: 'kept' });
    expect(answer.status).toBe(403);
    expect(answer.html).toMatch(/Your account may have 60 notes and has 60\./);
    expect(answer.html).toMatch(/<textarea [^>]*>\nkept<\/textarea>/);
  });
});
