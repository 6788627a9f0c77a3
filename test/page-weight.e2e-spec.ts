import fc from 'fast-check';
import { Note } from '../src/notes/note.entity';
import { Database } from '../src/platform/database/database.service';
import { newId } from '../src/platform/kernel/ids';
import type { Page } from '../src/platform/pagination/page';
import type { PageQueryDto } from '../src/platform/pagination/page-query.dto';
import { type Actor, TestApp } from './support/app';
import type { NoteBody, PageBody } from './support/client';
import { onEachDatabase } from './support/databases';

const PAGE_BYTES = 16_384;

/** The bytes of a note's texts. */
const weight = ({ title, content }: Pick<Note, 'title' | 'content'>) =>
  Buffer.byteLength(title) + Buffer.byteLength(content);

const total = (notes: Note[]) => notes.reduce((sum, note) => sum + weight(note), 0);

/** Most are small; some are as large as a page, about as large, or larger; all kinds of characters and escapes. */
const contents = fc.array(
  fc
    .record({
      unit: fc.constantFrom('x', 'é', '中', '😀', '"\\', '\u0001'),
      bytes: fc.oneof(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 2 * PAGE_BYTES }),
        fc.integer({ min: PAGE_BYTES - 8, max: PAGE_BYTES + 8 }),
      ),
    })
    .map(({ unit, bytes }) => unit.repeat(bytes / Buffer.byteLength(unit))),
  { maxLength: 40 },
);

onEachDatabase((dialect) => {
  let app: TestApp;
  let alice: Actor;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { RESPONSE_PAGE_BYTES: `${PAGE_BYTES}` });
    alice = await app.register('alice');
  });

  afterAll(() => app.stop());

  const notesOf = ({ session }: Actor, texts: string[]) =>
    texts.map((content, index): Note => {
      const now = app.clock.now();
      const times = { createdAt: now + (index % 7), updatedAt: now };
      const own = { id: newId(), ownerId: session.user.id, title: `${index}`, content, isPinned: index % 5 === 0 };
      return Object.assign(new Note(), own, times);
    });

  /** All pages of a list, with checks of each. */
  async function walk(list: (query: PageQueryDto) => Promise<Page<Note>>, limit: number): Promise<Note[]> {
    const all: Note[] = [];
    let tooLarge: Note[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Note> = await list({ limit, ...(cursor !== null && { cursor }) });
      const [first, ...others] = page.items;
      if (all.length > 0) expect(first).toBeDefined();
      // A page ended early only because its next row did not fit.
      if (first && tooLarge.length > 0) expect(total(tooLarge) + weight(first)).toBeGreaterThan(PAGE_BYTES);
      expect(page.items.length).toBeLessThanOrEqual(limit);
      if (others.length > 0) expect(total(page.items)).toBeLessThanOrEqual(PAGE_BYTES);
      tooLarge = page.items.length < limit ? page.items : [];
      all.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return all;
  }

  it('whatever its rows weigh, a list shows each of them once and in order, on pages that are bounded in bytes', async () => {
    const database = app.app.get(Database);
    const order = ['isPinned', 'createdAt', 'id'] as const;
    const plain = database.list(Note, { name: 'plain', where: '"ownerId" = $1', order });
    const filters = { ownerId: '"ownerId" = $', from: '"createdAt" >= $' };
    const filtered = database.filteredList(Note, { name: 'filtered', filters, order });
    const { id } = alice.session.user;
    await fc.assert(
      fc.asyncProperty(contents, fc.integer({ min: 1, max: 40 }), async (texts, limit) => {
        await database.manager.delete(Note, { ownerId: id });
        const notes = notesOf(alice, texts);
        await database.insertMany(Note, notes);
        const wanted = notes.sort(
          (a, b) => Number(b.isPinned) - Number(a.isPinned) || b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1),
        );
        expect(await walk((query) => plain([id], query), limit)).toEqual(wanted);
        expect(await walk((query) => filtered({ ownerId: id, from: 0 }, query), limit)).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  });

  it('a page and an export of large rows say all of it, over the API too', async () => {
    const bob = await app.register('bob');
    const contents = Array.from({ length: 30 }, (_, index) => `${index % 10}`.repeat(index * 2000));
    for (const content of contents) await bob.post('/notes', { title: 'x', content });
    const { body: first } = await bob.get<PageBody<NoteBody>>('/notes?limit=100');
    expect(first.items).toHaveLength(1);
    const seen = [...first.items];
    for (let cursor = first.nextCursor; cursor !== null;) {
      const { body } = await bob.get<PageBody<NoteBody>>(`/notes?limit=100&cursor=${cursor}`);
      seen.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(seen.map(({ content }) => content)).toEqual(contents.toReversed());
    const { body } = await bob.get<{ notes: NoteBody[] }>('/users/me/export');
    expect(body.notes).toEqual(seen);
    expect((await bob.get<NoteBody>(`/notes/${first.items[0]?.id ?? ''}`)).body).toEqual(first.items[0]);
  });
});
