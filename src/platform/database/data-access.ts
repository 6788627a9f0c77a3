import type { Type } from '@nestjs/common';
import type { EntityManager, QueryResult } from 'typeorm';
import { noSuch } from '../problems/domain-error';
import type { Select, Values } from './reading/reader';
import { type RowMappers, type Statement, VALUE } from './sql/row-mapper';

/**
 * The properties that identify a row, such as `{ id }`. An entity, an undefined value or an empty object is an error.
 */
export type Key<T, K extends keyof T> = Pick<T, K>;

/**
 * Reads and writes rows: `Database` by separate atomic statements, `Transaction` by statements of one transaction.
 * Conditions are SQL over quoted columns with the parameters `$1`, `$2`, ..., which bind by number on both databases.
 */
export abstract class DataAccess {
  /** TypeORM's entity manager, for writes that the methods here do not cover. */
  abstract readonly manager: EntityManager;

  protected constructor(protected readonly mappers: RowMappers) {}

  /** Whether the database is PostgreSQL, which has concurrent writers. */
  get isPostgres(): boolean {
    return this.manager.connection.options.type === 'postgres';
  }

  /** The row with this id, or null. */
  async findById<T extends object>(Entity: Type<T>, id: string): Promise<T | null> {
    const [row] = await this.select(Entity, '"id" = $1', [id]);
    return row ?? null;
  }

  /** Rows that match a condition, which may be followed by `ORDER BY` and `LIMIT`. */
  async select<T extends object>(Entity: Type<T>, where: string, parameters: readonly unknown[]): Promise<T[]> {
    const mapper = this.mappers.of(Entity);
    const select = { sql: `${mapper.select} ${where}`, columns: mapper.properties };
    const rows = await this.read(select, parameters);
    return rows.map((values) => mapper.map(Entity, values));
  }

  /** The first row that matches a condition, or null. */
  async selectOne<T extends object>(Entity: Type<T>, where: string, parameters: readonly unknown[]): Promise<T | null> {
    const [row] = await this.select(Entity, `${where} LIMIT 1`, parameters);
    return row ?? null;
  }

  /**
   * The first row that matches a condition, or null, with one additional value from the same statement.
   * @param value SQL of the additional value, such as a scalar subquery
   */
  async selectOneWith<T extends object>(
    Entity: Type<T>,
    value: string,
    where: string,
    parameters: readonly unknown[],
  ): Promise<{ row: T; value: unknown } | null> {
    const mapper = this.mappers.of(Entity);
    const select = { sql: `${mapper.selectWith(value)} ${where} LIMIT 1`, columns: [...mapper.properties, VALUE] };
    const [values] = await this.read(select, parameters);
    return values ? { value: values.pop(), row: mapper.map(Entity, values) } : null;
  }

  /** Whether a row matches a condition. */
  async exists(Entity: Type<object>, where: string, parameters: readonly unknown[]): Promise<boolean> {
    const sql = `SELECT EXISTS (SELECT 1 FROM ${this.mappers.of(Entity).table} WHERE ${where}) AS "answer"`;
    return Boolean(await this.answer(sql, parameters));
  }

  /** The number of rows that match a condition. */
  async count(Entity: Type<object>, where: string, parameters: readonly unknown[]): Promise<number> {
    const sql = `SELECT COUNT(*) AS "answer" FROM ${this.mappers.of(Entity).table} WHERE ${where}`;
    return Number(await this.answer(sql, parameters));
  }

  /** Inserts one row. @returns the row */
  async insert<T extends object>(Entity: Type<T>, row: T): Promise<T> {
    await this.insertMany(Entity, [row]);
    return row;
  }

  /** Inserts rows by one statement, which can have 32,766 values. */
  async insertMany<T extends object>(Entity: Type<T>, rows: readonly T[]): Promise<void> {
    if (rows.length > 0) await this.run(this.mappers.of(Entity).insert(rows));
  }

  /**
   * Updates columns of one row by one statement; undefined columns stay unchanged.
   * @param key such as `{ id, ownerId }`: the row must still match all of it
   * @param growing a property, such as a version, that increases by 1 if the given value is not greater than the stored one
   * @returns the updated row; @throws DomainError `not_found` when there is no such row
   */
  async update<T extends object, K extends keyof T>(
    Entity: Type<T>,
    key: Key<T, K>,
    changes: Partial<T>,
    growing?: keyof T & string,
  ): Promise<T> {
    const mapper = this.mappers.of(Entity);
    const { sql, parameters } = mapper.update(mapper.matching(key), changes, growing);
    const [row] = await this.rows(
      { sql: `${sql} RETURNING ${mapper.selected}`, columns: mapper.properties },
      parameters,
    );
    if (!row) throw noSuch(Entity.name);
    return mapper.map(Entity, row);
  }

  /**
   * Updates columns of the rows that match a condition; undefined columns stay unchanged. @returns the number of rows
   */
  async updateWhere<T extends object>(
    Entity: Type<T>,
    changes: Partial<T>,
    where: string,
    parameters: readonly unknown[],
  ): Promise<number> {
    const { affected } = await this.run(this.mappers.of(Entity).update({ sql: where, parameters }, changes));
    return affected ?? 0;
  }

  /**
   * Deletes one row.
   * @param key such as `{ id, ownerId }`: the row must still match all of it
   * @throws DomainError `not_found` when there is no such row
   */
  async remove<T extends object, K extends keyof T>(Entity: Type<T>, key: Key<T, K>): Promise<void> {
    const { sql, parameters } = this.mappers.of(Entity).matching(key);
    if ((await this.removeWhere(Entity, sql, parameters)) === 0) throw noSuch(Entity.name);
  }

  /** Deletes the rows that match a condition. @returns their number */
  async removeWhere(Entity: Type<object>, where: string, parameters: readonly unknown[]): Promise<number> {
    const sql = `DELETE FROM ${this.mappers.of(Entity).table} WHERE ${where}`;
    const { affected } = await this.run({ sql, parameters });
    return affected ?? 0;
  }

  /** Runs any other statement on the write connection. @returns the selected rows, or those of `RETURNING` */
  async query<T extends object>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    // The leading space keeps TypeORM from discarding what SQLite returns for INSERT, UPDATE or DELETE.
    const { records } = (await this.run({ sql: ` ${sql}`, parameters })) as { records: T[] };
    return records;
  }

  /** Runs a read-only statement. */
  protected abstract read(select: Select, parameters: readonly unknown[]): Promise<Values[]>;

  /** The rows of a statement on the write connection. */
  protected async rows({ sql, columns }: Select, parameters: readonly unknown[]): Promise<Values[]> {
    const rows = await this.query<Record<string, unknown>>(sql, parameters);
    return rows.map((row) => columns.map((column) => row[column]));
  }

  private async answer(sql: string, parameters: readonly unknown[]): Promise<unknown> {
    const [row] = await this.read({ sql, columns: ['answer'] }, parameters);
    return row?.[0];
  }

  private async run({ sql, parameters }: Statement): Promise<QueryResult> {
    const { connection, queryRunner } = this.manager;
    const runner = queryRunner ?? connection.createQueryRunner();
    try {
      return await runner.query(sql, [...parameters], true);
    } finally {
      if (!queryRunner) await runner.release();
    }
  }
}
