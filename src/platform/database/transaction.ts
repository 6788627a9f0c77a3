import type { Type } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DataAccess, type Key } from './data-access';
import type { Select, Values } from './reading/reader';
import { together } from './sql/numbered-parameters';
import type { RowMappers, Statement } from './sql/row-mapper';

/** What a transaction has to do at its end, in the order in which it was registered. */
export interface TransactionHooks {
  beforeCommit: (() => Promise<void>)[];
  afterCommit: (() => void)[];
}

/** What follows a write, in the same transaction. @param rows what the write returned */
type Follow = (rows: Record<string, unknown>[]) => Promise<void>;

/** A write at the end of a transaction. */
interface LastWrite {
  statement: Statement;
  follow: Follow | undefined;
}

/**
 * Statements that happen together or not at all. What one of them wrote, the next one reads, but for what is left to the
 * end (`insertLast`, `updateLast`, `runLast`).
 */
export class Transaction extends DataAccess {
  private readonly last: LastWrite[] = [];
  private readonly lockedIds = new Set<string>();

  /** Made by `Database.transaction`. */
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

  /** Changes columns of one row at the end of the transaction, as `runLast` does. */
  updateLast<T extends object, K extends keyof T>(Entity: Type<T>, key: Key<T, K>, changes: Partial<T>): void {
    const mapper = this.mappers.of(Entity);
    this.runLast(mapper.update(mapper.matching(key), changes));
  }

  /**
   * Registers a write that nothing within the transaction reads, and that changes no row that another one of them does.
   * PostgreSQL runs all of them as one statement, right before the commit.
   * @param follow what then follows, told the rows that the write returned
   */
  runLast(statement: Statement, follow?: Follow): void {
    this.last.push({ statement, follow });
  }

  /** Does what was left to the end, and what that leaves to it in turn; called by `Database.transaction`. */
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
    // Of several that are one statement, the last one alone returns rows.
    const groups = this.isPostgres
      ? [[...plain, ...followed.splice(0, 1)], ...followed.map((write) => [write])]
      : [...plain, ...followed].map((write) => [write]);
    for (const group of groups.filter(({ length }) => length > 0)) {
      const { sql, parameters } = together(group.map(({ statement }) => statement));
      const rows = await this.query<Record<string, unknown>>(sql, parameters);
      await group.at(-1)?.follow?.(rows);
    }
  }

  /** Whether this transaction has locked or inserted the row with this id, so that no other one can have deleted it. */
  hasLocked(id: string): boolean {
    return this.lockedIds.has(id);
  }

  /**
   * The row of a key, locked until the transaction ends, or null. Rows that refer to it can be added
   * meanwhile.
   */
  async lock<T extends object, K extends keyof T>(Entity: Type<T>, key: Key<T, K>): Promise<T | null> {
    const { sql, parameters } = this.mappers.of(Entity).matching(key);
    const [row] = await this.selectLocked(Entity, sql, parameters);
    if (row) this.recordLock(row);
    return row ?? null;
  }

  /** As `select`, with the lock of `lock`; name an order, so that two transactions do not wait for each other. */
  selectLocked<T extends object>(Entity: Type<T>, where: string, parameters: readonly unknown[]): Promise<T[]> {
    // SQLite has one writer at a time anyway.
    return this.select(Entity, this.isPostgres ? `${where} FOR NO KEY UPDATE` : where, parameters);
  }

  /** Registers the last statements of the transaction: what takes a contended lock belongs there. */
  beforeCommit(work: () => Promise<void>): void {
    this.hooks.beforeCommit.push(work);
  }

  /** Registers what is to follow once the transaction is committed, and not at all when it is rolled back. */
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
