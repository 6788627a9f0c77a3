import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type sqlite3 from 'sqlite3';
import { PreparingDatabase } from './preparing-database';

interface Row {
  id: number;
  name: string;
}

describe('a connection that keeps its statements prepared', () => {
  let folder: string;
  let database: PreparingDatabase;

  const open = () =>
    new Promise<PreparingDatabase>((opened, failed) => {
      const connection = new PreparingDatabase(join(folder, 'test.sqlite'), (error) =>
        error ? failed(error) : opened(connection),
      );
    });

  const all = (sql: string, parameters: unknown[] = []) =>
    new Promise<Row[]>((done, failed) => {
      database.all(sql, parameters, (error: Error | null, rows: Row[]) => (error ? failed(error) : done(rows)));
    });

  /** @returns the number of rows that were changed */
  const run = (sql: string, parameters: unknown[] = []) =>
    new Promise<number>((done, failed) => {
      database.run(sql, parameters, function (this: sqlite3.RunResult, error: Error | null) {
        if (error) failed(error);
        else done(this.changes);
      });
    });

  const close = () =>
    new Promise<void>((closed, failed) => database.close((error) => (error ? failed(error) : closed())));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-prepared-'));
    database = await open();
    await run('CREATE TABLE "people" ("id" INTEGER PRIMARY KEY, "name" TEXT UNIQUE)');
  });

  afterEach(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
    jest.restoreAllMocks();
  });

  const INSERT = 'INSERT INTO "people" ("id", "name") VALUES (?1, ?2)';
  const SELECT = 'SELECT * FROM "people" WHERE "id" >= ?1 ORDER BY "id"';

  it('prepares each text once, and each run has its own parameters and result', async () => {
    const prepare = jest.spyOn(database, 'prepare');
    for (const id of [1, 2, 3]) expect(await run(INSERT, [id, `name ${id}`])).toBe(1);
    expect(await all(SELECT, [2])).toEqual([
      { id: 2, name: 'name 2' },
      { id: 3, name: 'name 3' },
    ]);
    expect(await all(SELECT, [4])).toEqual([]);
    expect(await run('UPDATE "people" SET "name" = "name" || ?1', ['!'])).toBe(3);
    expect(prepare).toHaveBeenCalledTimes(3);
  });

  it('runs everything that is given at once, also when nothing is prepared yet', async () => {
    const runs = Array.from({ length: 20 }, (_, id) => run(INSERT, [id, `${id}`]));
    const rows = all(SELECT, [0]);
    await Promise.all(runs);
    await rows;
    expect(await all(SELECT, [0])).toHaveLength(20);
  });

  it('a parameter of one run is not that of the next', async () => {
    await run(INSERT, [1, 'first']);
    await run(INSERT, [2]);
    expect(await all(SELECT, [2])).toEqual([{ id: 2, name: null }]);
  });

  it('a statement that fails, fails alone: the same one succeeds afterwards', async () => {
    await run(INSERT, [1, 'one']);
    for (let time = 0; time < 2; time += 1) {
      await expect(run(INSERT, [2, 'one'])).rejects.toThrow('UNIQUE constraint failed');
    }
    expect(await run(INSERT, [2, 'two'])).toBe(1);
  });

  it('a text that cannot be prepared reports the error to each caller, and can be prepared later', async () => {
    const read = () => all('SELECT * FROM "things"');
    const refused = await Promise.allSettled([read(), read(), read()]);
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await run('CREATE TABLE "things" ("id" INTEGER)');
    expect(await read()).toEqual([]);
  });

  it('follows changes of the schema', async () => {
    await run(INSERT, [1, 'one']);
    await all(SELECT, [1]);
    await run('ALTER TABLE "people" ADD COLUMN "age" INTEGER DEFAULT 7');
    expect(await all(SELECT, [1])).toEqual([{ id: 1, name: 'one', age: 7 }]);
    await run('DROP TABLE "people"');
    await expect(all(SELECT, [1])).rejects.toThrow('no such table');
  });

  it('a rollback takes back what prepared statements wrote', async () => {
    for (let time = 0; time < 2; time += 1) {
      await run('BEGIN IMMEDIATE');
      await run(INSERT, [1, 'one']);
      await run('ROLLBACK');
    }
    expect(await all(SELECT, [0])).toEqual([]);
  });

  it('a statement that returns rows does not stay in progress when it is run without reading them', async () => {
    const returning = `${INSERT} RETURNING "id"`;
    await run('PRAGMA journal_mode = WAL');
    for (const id of [1, 2]) {
      await run('BEGIN IMMEDIATE');
      await run(returning, [id, `${id}`]);
      await run('COMMIT');
    }
    expect(await all(SELECT, [0])).toHaveLength(2);
  });

  it.each(['', ' RETURNING "id"'])(
    'a statement that a lock stopped%s does not stop later transactions',
    async (returning) => {
      await run('PRAGMA journal_mode = WAL');
      database.configure('busyTimeout', 0);
      const other = await open();
      await new Promise((locked) => other.exec('BEGIN IMMEDIATE', locked));
      const write = returning === '' ? run : all;
      await expect(write(INSERT + returning, [1, 'stopped'])).rejects.toThrow('database is locked');
      await new Promise((closed) => other.exec('ROLLBACK', () => other.close(closed)));
      await run('BEGIN IMMEDIATE');
      await run('UPDATE "people" SET "name" = ?1', ['later']);
      await run('COMMIT');
      expect(await write(INSERT + returning, [2, 'again'])).toEqual(returning === '' ? 1 : [{ id: 2 }]);
    },
  );

  it('a statement that a lock stops while others replace it still reports its error', async () => {
    database.configure('busyTimeout', 100);
    await run('PRAGMA journal_mode = WAL');
    const other = await open();
    await new Promise((locked) => other.exec('BEGIN IMMEDIATE', locked));
    const stopped = run(INSERT, [1, 'stopped']);
    const others = Array.from({ length: 300 }, (_, index) => all(`SELECT ${index} AS "id", '' AS "name"`));
    await expect(stopped).rejects.toThrow('database is locked');
    expect(await Promise.all(others)).toHaveLength(300);
    await new Promise((closed) => other.exec('ROLLBACK', () => other.close(closed)));
    expect(await run(INSERT, [1, 'later'])).toBe(1);
  });

  it('runs more different texts than it keeps, and very long ones, and can then be closed', async () => {
    const texts = Array.from({ length: 600 }, (_, index) => `SELECT ${index} AS "id", '' AS "name"`);
    const rows = await Promise.all(texts.map((text) => all(text)));
    expect(rows.flat().map(({ id }) => id)).toEqual(texts.map((_, index) => index));
    const long = `SELECT 1 AS "id", '${'x'.repeat(10_000)}' AS "name"`;
    expect(await all(long)).toHaveLength(1);
    expect(await run(`UPDATE "people" SET "name" = '${'x'.repeat(10_000)}'`)).toBe(0);
    await close();
    database = await open();
  });
});
