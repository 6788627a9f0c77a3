import fc from 'fast-check';
import { Column, type DataSource, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { Note } from '../src/notes/note.entity';
import { DatabaseConfig } from '../src/platform/config/database.config';
import { Keyring } from '../src/platform/config/keyring';
import { ResponseConfig } from '../src/platform/config/response.config';
import { dataSourceOptions, openDataSource } from '../src/platform/database/connection/data-source';
import type { DataAccess } from '../src/platform/database/data-access';
import { Database } from '../src/platform/database/database.service';
import type { SortBy } from '../src/platform/database/reading/keyset-order';
import { KeysetPager } from '../src/platform/database/reading/keyset-page';
import type { Reader } from '../src/platform/database/reading/reader';
import { toDomainError } from '../src/platform/http/errors/send-problem';
import { newId } from '../src/platform/kernel/ids';
import { CursorCodec } from '../src/platform/pagination/cursor.codec';
import { appSchema } from './support/command';
import { createDatabase, onEachDatabase, type TestDatabase } from './support/databases';

/** A row with difficult columns: names that differ from their properties, underscores, and null. */
@Entity('tasks')
@Unique(['ownerName', 'taskCode'])
@Index('uq_tasks_owner_name_title', { synchronize: false })
class Task {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'varchar', name: 'owner_name' })
  ownerName!: string;

  @Column({ type: 'varchar', name: 'task_code' })
  taskCode!: string;

  @Column({ type: 'varchar' })
  title!: string;

  @Column({ type: 'varchar', name: 'due_on', nullable: true })
  dueOn!: string | null;

  @Column({ type: 'integer', nullable: true })
  rank!: number | null;

  @Column({ type: 'boolean', nullable: true })
  isDone!: boolean | null;

  @Column({ type: 'bigint' })
  weight!: number;
}

const tableOf = (id: string) => [
  `CREATE TABLE "tasks" ("id" ${id} NOT NULL, "owner_name" varchar NOT NULL, "task_code" varchar NOT NULL,
    "title" varchar NOT NULL, "due_on" varchar, "rank" integer, "isDone" boolean, "weight" bigint NOT NULL,
    CONSTRAINT "pk_tasks" PRIMARY KEY ("id"),
    CONSTRAINT "uq_tasks_owner_name_task_code" UNIQUE ("owner_name", "task_code"))`,
  'CREATE UNIQUE INDEX "uq_tasks_owner_name_title" ON "tasks" ("owner_name", lower("title"))',
];

const task = (values: Partial<Task> = {}): Task => {
  const id = newId();
  const fresh = { id, ownerName: 'alice', taskCode: id, title: id, dueOn: null, rank: null, isDone: null, weight: 1 };
  return Object.assign(new Task(), fresh, values);
};

/** Fewer than usual, as each asks a database many times. */
const RUNS = { numRuns: 40 };

onEachDatabase((dialect) => {
  let files: TestDatabase;
  let dataSource: DataSource;
  let database: Database;
  const cursors = new CursorCodec(new Keyring(['a secret of at least 32 bytes, surely']));

  beforeAll(async () => {
    files = await createDatabase(dialect);
    const config = new DatabaseConfig(files.env);
    const { entities, migrations } = appSchema();
    dataSource = await openDataSource(dataSourceOptions(config, { entities: [...entities, Task], migrations }));
    for (const statement of tableOf(dialect === 'sqlite' ? 'varchar' : 'uuid')) await dataSource.query(statement);
    database = new Database(dataSource, config, cursors, new ResponseConfig({}));
    await database.onModuleInit();
  });

  afterAll(async () => {
    await database.onApplicationShutdown();
    await dataSource.destroy();
    await files.drop();
  });

  beforeEach(async () => {
    await database.removeWhere(Task, 'TRUE', []);
  });

  describe('parameters', () => {
    /** Each of some values at least once, in any order. */
    const uses = fc.integer({ min: 1, max: 12 }).chain((count) => {
      const numbers = Array.from({ length: count }, (_, index) => index + 1);
      const again = fc.array(fc.constantFrom(...numbers), { maxLength: 6 });
      return again.chain((more) => {
        const all = [...numbers, ...more];
        return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
      });
    });

    it('bind by number in every statement, whatever order they stand in and however often', async () => {
      const row = await database.insert(Task, task());
      const property = fc.asyncProperty(uses, async (numbers) => {
        const values = Array.from({ length: Math.max(...numbers) }, (_, index) => `value ${index + 1}`);
        const parameters: [string, ...string[]] = [values[0] ?? '', ...values.slice(1)];
        const where = numbers.map((number) => `CAST($${number} AS varchar) = 'value ${number}'`).join(' AND ');
        const list = database.list(Task, { name: 'all', where, order: ['id'] });
        expect((await list(parameters, {})).items).toEqual([row]);
        const check = async (access: DataAccess) => {
          expect(await access.select(Task, where, values)).toEqual([row]);
          expect(await access.query(`SELECT 'yes $1' AS "$2" WHERE ${where}`, values)).toEqual([{ $2: 'yes $1' }]);
          expect(await access.updateWhere(Task, { weight: 7, rank: 3 }, where, values)).toBe(1);
          expect(await access.updateWhere(Task, { weight: 1, rank: null }, where, values)).toBe(1);
        };
        await check(database);
        await database.transaction(check);
      });
      await fc.assert(property, RUNS);
    });
  });

  describe('a transaction', () => {
    it('reads what it wrote, which no one else does before it is committed', async () => {
      const row = task();
      const key = [row.id];
      await database.transaction(async (tx) => {
        await tx.insert(Task, row);
        expect(await tx.findById(Task, row.id)).toEqual(row);
        expect(await tx.selectOne(Task, '"id" = $1', key)).toEqual(row);
        expect(await tx.lock(Task, { id: row.id })).toEqual(row);
        expect([await tx.exists(Task, '"id" = $1', key), await tx.count(Task, '"id" = $1', key)]).toEqual([true, 1]);
        expect(await database.findById(Task, row.id)).toBeNull();
        expect(await database.exists(Task, '"id" = $1', key)).toBe(false);
      });
      expect(await database.findById(Task, row.id)).toEqual(row);
    });

    it('runs everything deferred to its end, including what that defers in turn', async () => {
      const [first, second, third] = [task({ weight: 1 }), task({ weight: 2 }), task({ weight: 3 })];
      await database.transaction((tx) => {
        tx.insertLast(Task, first);
        tx.beforeCommit(async () => {
          expect(await tx.exists(Task, '"weight" = $1', [1])).toBe(false);
          tx.beforeCommit(async () => {
            expect(await tx.exists(Task, '"weight" = $1', [1])).toBe(true);
            tx.insertLast(Task, second);
          });
        });
        tx.runLast({ sql: 'SELECT 1 AS "one"', parameters: [] }, () => {
          tx.insertLast(Task, third);
          return Promise.resolve();
        });
        return Promise.resolve();
      });
      expect(await database.select(Task, 'TRUE ORDER BY "weight"', [])).toEqual([first, second, third]);
    });

    it('that fails leaves nothing, and none of its after-commit hooks run', async () => {
      const row = task();
      const happened: string[] = [];
      const work = database.transaction(async (tx) => {
        tx.afterCommit(() => happened.push('after'));
        tx.beforeCommit(() => Promise.reject(new Error('at the end')));
        await tx.insert(Task, row);
      });
      await expect(work).rejects.toThrow('at the end');
      expect([await database.count(Task, 'TRUE', []), happened]).toEqual([0, []]);
    });
  });

  describe.each<[string, (work: (access: DataAccess) => Promise<void>) => Promise<void>]>([
    ['by itself', (work) => work(database)],
    ['in a transaction', (work) => database.transaction(work)],
  ])('a change %s', (_name, within) => {
    it('is made to the row of a key, which is returned updated', () =>
      within(async (access) => {
        const [row, other] = [task({ isDone: true, dueOn: '2026-01-01' }), task()];
        await access.insertMany(Task, [row, other]);
        const changed = await access.update(Task, { id: row.id, ownerName: 'alice' }, { dueOn: null, weight: 2 ** 40 });
        expect(changed).toEqual(Object.assign(row, { dueOn: null, weight: 2 ** 40 }));
        expect(changed).toBeInstanceOf(Task);
        expect(await access.update(Task, { id: row.id, dueOn: null }, { isDone: false })).toMatchObject({
          isDone: false,
        });
        await access.remove(Task, { id: row.id });
        expect(await access.select(Task, 'TRUE', [])).toEqual([other]);
      }));

    it('of a row that no longer matches the key is not_found, and changes nothing', () =>
      within(async (access) => {
        const row = await access.insert(Task, task());
        const gone = { code: 'not_found' };
        const stale = { id: row.id, ownerName: 'bob' };
        await expect(access.update(Task, stale, { weight: 2 })).rejects.toMatchObject(gone);
        await expect(access.remove(Task, stale)).rejects.toMatchObject(gone);
        await expect(access.remove(Task, { id: row.id, dueOn: '2026-01-01' })).rejects.toMatchObject(gone);
        expect(await access.findById(Task, row.id)).toEqual(row);
      }));

    it('by no key, a whole row, or without a value is refused before it reaches the database', () =>
      within(async (access) => {
        const row = await access.insert(Task, task());
        const refused = { name: 'TypeError' };
        const unknown: Partial<Task> = { id: undefined };
        for (const key of [{}, row, unknown]) {
          await expect(access.remove(Task, key as Task)).rejects.toMatchObject(refused);
          await expect(access.update(Task, key as Task, { weight: 2 })).rejects.toMatchObject(refused);
        }
        await expect(access.update(Task, { id: row.id }, {})).rejects.toMatchObject(refused);
        expect(await access.findById(Task, row.id)).toEqual(row);
      }));

    it('of many rows returns their number', () =>
      within(async (access) => {
        await access.insertMany(Task, [task({ rank: 1 }), task({ rank: 1 }), task({ rank: 2 })]);
        await access.insertMany(Task, []);
        expect(await access.updateWhere(Task, { weight: 5 }, '"rank" = $1', [1])).toBe(2);
        expect(await access.removeWhere(Task, '"weight" < $1', [5])).toBe(1);
        expect(await access.removeWhere(Task, '"weight" < $1', [5])).toBe(0);
        expect(await access.query('DELETE FROM "tasks" WHERE "rank" = $1 RETURNING "weight"', [1])).toHaveLength(2);
      }));
  });

  it.each<[string, Partial<Task>, string[]]>([
    ['a constraint of several columns', { taskCode: 'a' }, ['/ownerName', '/taskCode']],
    ['an index over an expression', { title: 'A TITLE' }, ['/ownerName', '/title']],
    ['the primary key', { id: '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11' }, ['/id']],
  ])('what violates %s is 409, naming the fields by their properties', async (_name, values, pointers) => {
    await database.insert(Task, task({ ...values, title: 'a title', taskCode: 'a' }));
    const twice = task(values);
    const error: unknown = await database.insert(Task, twice).catch((reason: unknown) => reason);
    const answer = toDomainError(
      error,
      { routeOptions: { bodyLimit: 0 }, body: twice },
      database.uniqueProperties(error),
    );
    expect(answer.code).toBe('conflict');
    expect(answer.errors).toEqual(pointers.map((pointer) => ({ pointer, message: 'is already taken' })));
  });

  describe('a list', () => {
    const nullable = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: null });
    const rows = fc.array(
      fc.record({
        dueOn: nullable('2026-01-01', '2026-01-02', '2027-01-01'),
        rank: nullable(-1, 0, 1),
        isDone: nullable(false, true),
        weight: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 25 },
    );
    const direction = fc.constantFrom('asc' as const, 'desc' as const);
    const nulls = fc.constantFrom('first' as const, 'last' as const);
    const sortBy = <P extends keyof Task>(property: P) =>
      fc.record({ property: fc.constant(property), direction, nulls });
    const orders = fc
      .tuple(fc.tuple(sortBy('dueOn'), sortBy('rank'), sortBy('isDone'), sortBy('weight')), sortBy('id'))
      .chain(([others, last]) => fc.shuffledSubarray<SortBy<Task>>(others).map((some) => [...some, last]));

    const compare = (order: SortBy<Task>[]) => (a: Task, b: Task) => {
      for (const { property, direction: way, nulls: at } of order) {
        const [one, other] = [a[property], b[property]];
        if (one === other) continue;
        if (one === null || other === null) return (one === null) === (at === 'first') ? -1 : 1;
        return one < other === (way === 'asc') ? -1 : 1;
      }
      return 0;
    };

    const walk = async (order: SortBy<Task>[], limit: number) => {
      const page = database.list(Task, { name: 'walk', where: '"owner_name" = $1', order });
      const found: Task[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const { items, nextCursor }: Awaited<ReturnType<typeof page>> = await page(['alice'], {
          limit,
          ...(cursor !== undefined && { cursor }),
        });
        expect(items.length).toBeLessThanOrEqual(limit);
        found.push(...items);
        cursor = nextCursor;
      }
      return found;
    };

    it('shows every row once in its pages, in any order, with nulls first or last, and equal values', async () => {
      const property = fc.asyncProperty(rows, orders, fc.integer({ min: 1, max: 6 }), async (values, order, limit) => {
        await database.removeWhere(Task, 'TRUE', []);
        const tasks = values.map((value) => task(value));
        await database.insertMany(Task, [...tasks, task({ ownerName: 'bob' })]);
        const ids = (list: Task[]) => list.map(({ id }) => id);
        expect(ids(await walk(order, limit))).toEqual(ids([...tasks].sort(compare(order))));
      });
      await fc.assert(property, RUNS);
    });

    it('is descending and has nulls last unless it says otherwise', async () => {
      const tasks = [task({ rank: 1 }), task({ rank: null }), task({ rank: 2 })];
      await database.insertMany(Task, tasks);
      const page = database.list(Task, { name: 'ranks', where: '"owner_name" = $1', order: ['rank', 'id'] });
      expect((await page(['alice'], {})).items.map(({ rank }) => rank)).toEqual([2, 1, null]);
    });

    it('refuses a cursor of an earlier order', async () => {
      await database.insertMany(Task, [task(), task()]);
      const list = { name: 'changed', where: '"owner_name" = $1' };
      const before = database.list(Task, { ...list, order: ['rank', 'id'] });
      const { nextCursor } = await before(['alice'], { limit: 1 });
      for (const order of [['id'], ['weight', 'id'], ['rank', 'weight', 'id']] as const) {
        const after = database.list(Task, { ...list, order });
        await expect(after(['alice'], { cursor: nextCursor ?? '' })).rejects.toMatchObject({ code: 'invalid_cursor' });
      }
    });

    it('cannot have a nullable last property', () => {
      expect(() => database.list(Task, { name: 'a', where: 'TRUE', order: ['rank'] })).toThrow('or a nullable one');
      expect(() => database.list(Task, { name: 'b', where: 'TRUE', order: [] })).toThrow('or a nullable one');
    });

    it('of notes is read from its index, without sorting, on the first page and on later ones', async () => {
      const order = ['isPinned', 'createdAt', 'id'] as const;
      const list = { name: 'notes', where: '"ownerId" = $1', order };
      const pager = new KeysetPager(Note, list, dataSource, cursors, 1_000);
      const owner = newId();
      const cursor = cursors.encode(`notes:${owner}`, [true, 1, newId()]);
      for (const query of [{}, { cursor }]) {
        const plan = await planOf(dataSource, (reader) => pager.page(reader, [owner], query, owner));
        expect(plan).toContain('ix_notes_ownerId_isPinned_createdAt_id');
        expect(plan).not.toMatch(/sort|temp b-tree/i);
      }
    });
  });
});

/** The query plan of a page. */
async function planOf(dataSource: DataSource, read: (reader: Reader) => Promise<unknown>): Promise<string> {
  const asked: { sql: string; parameters: unknown[] }[] = [];
  await read({
    query: () => Promise.resolve([]),
    close: () => Promise.resolve(),
    page: ({ sql }, parameters, limit) => {
      asked.push({ sql, parameters: [...parameters, limit + 1] });
      return Promise.resolve({ rows: [], hasMore: false });
    },
  });
  const [{ sql, parameters } = { sql: '', parameters: [] }] = asked;
  if (dataSource.options.type === 'sqlite') {
    return JSON.stringify(await dataSource.query(`EXPLAIN QUERY PLAN ${sql}`, parameters));
  }
  return dataSource.transaction(async (manager) => {
    // PostgreSQL would not use an index on an empty table.
    await manager.query('SET LOCAL enable_seqscan = off');
    await manager.query('SET LOCAL enable_bitmapscan = off');
    return JSON.stringify(await manager.query(`EXPLAIN ${sql}`, parameters));
  });
}
