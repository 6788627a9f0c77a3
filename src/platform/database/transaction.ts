import type { Type } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DataAccess, type Key } from './data-access';
import type { Select, Values } from './reading/reader';
import { together } from './sql/numbered-parameters';
import type { RowMappers, Statement } from './sql/row-mapper';

/** The hooks of a transaction, in the order of registration. */
export interface TransactionHooks {
  beforeCommit: (() => Promise<void>)[];
  afterCommit: (() => void)[];
}

/** Runs after a write, in the same transaction. @param rows the rows that the write returned */
type Follow = (rows: Record<string, unknown>[]) => Promise<void>;

/** A write deferred to the end of a transaction. */
interface LastWrite {
  statement: Statement;
  follow: Follow | undefined;
}

/**
 * The statements of a transaction. Each reads what the ones before it wrote, except for writes deferred to the end
 * (`insertLast`, `updateLast`, `runLast`).
 */
export class Transaction extends DataAccess {
  private readonly last: LastWrite[] = [];
  private readonly lockedIds = new Set<string>();

  /** Created by `Database.transaction`. */
  constructor(
    readonly manager: EntityManager,
    mappers: RowMappers,
    private readonly hooks: TransactionHooks,
  ) {
    super(mappers);
  }

  override async insert<T extends object>(Entity: Type<T>, row: T): Promise<T> {
    const inserted = await super.insert(Entity, row);
    this.recordLock(inserted);
    return inserted;
  }

  /** Inserts a row at the end of the transaction, as `runLast` does. */
  insertLast<T extends object>(Entity: Type<T>, row: T): void {
    this.runLast(this.mappers.of(Entity).insert([row]));
  }

  /** Updates columns of one row at the end of the transaction, as `runLast` does. */
  updateLast<T extends object, K extends keyof T>(Entity: Type<T>, key: Key<T, K>, changes: Partial<T>): void {
    const mapper = this.mappers.of(Entity);
    this.runLast(mapper.update(mapper.matching(key), changes));
  }

  /**
   * Defers a write that nothing in the transaction reads, and that touches no row of another deferred write. PostgreSQL
   * runs all of them as one statement, right before the commit.
   * @param follow called afterwards with the rows that the write returned
   */
  runLast(statement: Statement, follow?: Follow): void {
    this.last.push({ statement, follow });
  }

  /** Runs the deferred writes and the hooks, including those that they register; called by `Database.transaction`. */
  async finish(): Promise<void> {
    while (this.hooks.beforeCommit.length > 0 || this.last.length > 0) {
      for (const work of this.hooks.beforeCommit.splice(0)) await work();
      await this.flush();
    }
  }

  private async flush(): Promise<void> {
    const writes = this.last.splice(0);
    const plain = writes.filter(({ follow }) => !follow);
    const followed = writes.filter(({ follow }) => follow);
    // In a combined statement, only the last write returns rows.
    const groups = this.isPostgres
      ? [[...plain, ...followed.splice(0, 1)], ...followed.map((write) => [write])]
      : [...plain, ...followed].map((write) => [write]);
    for (const group of groups.filter(({ length }) => length > 0)) {
      const { sql, parameters } = together(group.map(({ statement }) => statement));
      const rows = await this.query<Record<string, unknown>>(sql, parameters);
      await group.at(-1)?.follow?.(rows);
    }
  }

  /**
   * Whether this transaction has locked or inserted the row with this id, so that no other transaction can have deleted
   * it.
   */
  hasLocked(id: string): boolean {
    return this.lockedIds.has(id);
  }

  /** The row of a key, locked until the transaction ends, or null. Others can still insert rows that refer to it. */
  async lock<T extends object, K extends keyof T>(Entity: Type<T>, key: Key<T, K>): Promise<T | null> {
    const { sql, parameters } = this.mappers.of(Entity).matching(key);
    const [row] = await this.selectLocked(Entity, sql, parameters);
    if (row) this.recordLock(row);
    return row ?? null;
  }

  /** Like `select`, but locks the rows as `lock` does; use ORDER BY, so that transactions do not deadlock. */
  selectLocked<T extends object>(Entity: Type<T>, where: string, parameters: readonly unknown[]): Promise<T[]> {
    // SQLite has a single writer anyway.
    return this.select(Entity, this.isPostgres ? `${where} FOR NO KEY UPDATE` : where, parameters);
  }

  /** Registers work right before the commit: statements that take a contended lock belong there. */
  beforeCommit(work: () => Promise<void>): void {
    this.hooks.beforeCommit.push(work);
  }

  /** Registers work after the commit; it does not run after a rollback. */
  afterCommit(work: () => void): void {
    this.hooks.afterCommit.push(work);
  }

  private recordLock(row: object): void {
    if ('id' in row && typeof row.id === 'string') this.lockedIds.add(row.id);
  }

  protected read(select: Select, parameters: readonly unknown[]): Promise<Values[]> {
    return this.rows(select, parameters);
  }
}
