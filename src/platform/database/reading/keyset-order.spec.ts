import fc from 'fast-check';
import { Column, DataSource, Entity, Index, PrimaryColumn } from 'typeorm';
import { toSqliteParameters } from '../sql/numbered-parameters';
import { KeysetOrder, type SortBy, type SortOrder } from './keyset-order';

@Entity('items')
@Index(['rank', 'id'])
@Index(['label', 'id'])
class Item {
  @PrimaryColumn({ type: 'varchar' })
  id!: string;

  @Column({ type: 'integer' })
  rank!: number;

  @Column({ type: 'varchar', nullable: true })
  label!: string | null;

  @Column({ type: 'boolean', nullable: true })
  isDone!: boolean | null;

  @Column({ type: 'simple-json' })
  tags!: object;
}

const dataSource = new DataSource({ type: 'sqlite', database: ':memory:', entities: [Item], synchronize: true });

beforeAll(() => dataSource.initialize());
afterAll(() => dataSource.destroy());

const keyset = (order: SortOrder<Item>) => new KeysetOrder(Item, order, dataSource);

const itemOf = (values: Partial<Item>) =>
  Object.assign(new Item(), { id: 'a', rank: 0, label: null, isDone: null, tags: {}, ...values });

const items = fc
  .array(
    fc.record({
      rank: fc.constantFrom(-1, 0, 1),
      label: fc.constantFrom('a', 'b', null),
      isDone: fc.constantFrom(true, false, null),
    }),
    { maxLength: 7 },
  )
  .map((rows) => rows.map((row, index) => itemOf({ ...row, id: String.fromCharCode(97 + ((index * 5) % 7)) })));

const sortBy = (property: keyof Item) =>
  fc.record(
    {
      property: fc.constant(property),
      direction: fc.constantFrom('asc' as const, 'desc' as const),
      nulls: fc.constantFrom('first' as const, 'last' as const),
    },
    { requiredKeys: ['property'] },
  );

const orders = fc
  .tuple(fc.tuple(sortBy('rank'), sortBy('label'), sortBy('isDone')), sortBy('id'))
  .chain(([others, id]) => fc.shuffledSubarray(others).map((some) => [...some, id]));

/** What a list in this order shows first. */
function compare(order: SortBy<Item>[], one: Item, other: Item): number {
  for (const { property, direction = 'desc', nulls = 'last' } of order) {
    const [first, second] = [one[property], other[property]];
    if (first === second) continue;
    if (first === null || second === null) return (first === null) === (nulls === 'first') ? -1 : 1;
    return first < second === (direction === 'asc') ? -1 : 1;
  }
  return 0;
}

async function fill(rows: Item[]): Promise<void> {
  await dataSource.query('DELETE FROM "items"');
  if (rows.length > 0) await dataSource.getRepository(Item).insert(rows);
}

/** The ids of the rows that a page behind this one would show, when another parameter stands before the key. */
async function idsAfter(order: KeysetOrder<Item>, row: Item): Promise<string[]> {
  const key = order.keyOf(row);
  const condition = order.after(
    key.map((value) => value === null),
    1,
  );
  const sql = `SELECT "id" FROM "items" WHERE "id" <> $1 AND (${condition}) ORDER BY ${order.sql}`;
  const parameters = ['none', ...key.filter((value) => value !== null)];
  const rows = await dataSource.query<{ id: string }[]>(toSqliteParameters(sql), parameters);
  return rows.map(({ id }) => id);
}

/** How SQLite would find the rows behind one. */
async function planAfter(order: KeysetOrder<Item>, row: Item): Promise<string> {
  const nulls = order.keyOf(row).map((value) => value === null);
  const sql = `EXPLAIN QUERY PLAN SELECT "id" FROM "items" WHERE ${order.after(nulls, 0)} ORDER BY ${order.sql}`;
  const steps = await dataSource.query<{ detail: string }[]>(toSqliteParameters(sql));
  return steps.map(({ detail }) => detail).join('\n');
}

describe('the order of a list', () => {
  it('continues behind each row with exactly the rows that come behind it, whatever it is sorted by', async () => {
    await fc.assert(
      fc.asyncProperty(items, orders, async (rows, order) => {
        await fill(rows);
        const sorted = [...rows].sort((one, other) => compare(order, one, other));
        for (const [index, row] of sorted.entries()) {
          expect(await idsAfter(keyset(order), row)).toEqual(sorted.slice(index + 1).map(({ id }) => id));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is descending, with what has no value last, where it is a property by itself', async () => {
    const rows = ['a', null, 'b'].map((label, index) => itemOf({ id: String(index), label }));
    await fill(rows);
    const sorted = await dataSource.query<{ id: string }[]>(
      `SELECT "id" FROM "items" ORDER BY ${keyset(['label', 'id']).sql}`,
    );
    expect(sorted.map(({ id }) => id)).toEqual(['2', '0', '1']);
  });

  it.each<[string, SortOrder<Item>]>([
    ['all columns descend', ['rank', 'id']],
    ['all columns ascend', ['rank', 'id'].map((property) => ({ property, direction: 'asc' }) as SortBy<Item>)],
  ])('where %s is read from an index, from that very row on', async (_, order) => {
    expect(await planAfter(keyset(order), itemOf({}))).toMatch(/^SEARCH items USING .*\(\(rank,id\)[<>]\(\?,\?\)\)$/);
  });

  it.each<[string, SortOrder<Item>]>([
    ['directions differ', ['rank', { property: 'id', direction: 'asc' }]],
    ['a column may be null and nulls come first', [{ property: 'label', nulls: 'first' }, 'id']],
  ])('where %s is read from an index, from its first column on', async (_, order) => {
    expect(await planAfter(keyset(order), itemOf({ label: 'a' }))).toMatch(/^SEARCH items USING .*\((rank|label)<\?\)/);
  });

  it('needs a last property that no row lacks, so that no two rows are equal', () => {
    expect(() => keyset([])).toThrow('no last property');
    expect(() => keyset(['id', 'label'])).toThrow('or a nullable one');
  });

  it('needs columns', () => {
    expect(() => keyset([{ property: 'toString' as keyof Item }, 'id'])).toThrow('no column toString');
  });
});

describe('the sort key of a row', () => {
  it('is the values that the list is sorted by', () => {
    const row = itemOf({ rank: 3, label: 'x', isDone: false });
    expect(keyset(['isDone', 'rank', 'label', 'id']).keyOf(row)).toEqual([false, 3, 'x', 'a']);
    expect(keyset(['label', 'id']).keyOf(itemOf({}))).toEqual([null, 'a']);
  });

  it('is never made of what does not compare alike everywhere, nor of a null where none may be', () => {
    expect(() => keyset(['tags', 'id']).keyOf(itemOf({}))).toThrow('cannot be sorted by tags');
    expect(() => keyset(['rank', 'id']).keyOf(Object.assign(itemOf({}), { rank: null }))).toThrow(
      'cannot be sorted by rank',
    );
  });

  it('of a former version of the list is told apart by its length, and by nulls where none may be', () => {
    const order = keyset(['label', 'rank', 'id']);
    expect([order.fits(['x', 1, 'a']), order.fits([null, 1, 'a'])]).toEqual([true, true]);
    expect([order.fits(['x', 'a']), order.fits(['x', 1, 'a', 'b'])]).toEqual([false, false]);
    expect([order.fits(['x', null, 'a']), order.fits(['x', 1, null])]).toEqual([false, false]);
  });
});
