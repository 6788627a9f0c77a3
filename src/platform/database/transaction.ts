import type { Type } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DataAccess, type Key } from './data-access';
import type { Select, Values } from './reading/reader';
import type { RowMappers } from './sql/row-mapper';

/** What a transaction has to do at its end, in the order in which it was registered. */
export interface TransactionHooks {
  beforeCommit: (() => Promise<void>)[];
  afterCommit: (() => void)[];
}

/** Statements that happen together or not at all. What one of them wrote, the next one reads. */
export class Transaction extends DataAccess {
  /** Made by `Database.transaction`. */
  constructor(
    readonly manager: EntityManager,
    mappers: RowMappers,
    private readonly hooks: TransactionHooks,
  ) {
    super(mappers);
  }

  /**
   * The row of a key, which nobody else changes before the transaction ends, or null. Rows that refer to it can be added
   * meanwhile.
   */
  async lock<T extends object, K extends keyof T>(Entity: Type<T>, key: Key<T, K>): Promise<T | null> {
    const { sql, parameters } = this.mappers.of(Entity).matching(key);
    const [row] = await this.selectLocked(Entity, sql, parameters);
    return row ?? null;
  }

  /** As `select`, with the lock of `lock`; name an order, so that two transactions do not wait for each other. */
  selectLocked<T extends object>(Entity: Type<T>, where: string, parameters: readonly unknown[]): Promise<T[]> {
    // SQLite has one writer at a time anyway.
    return this.select(Entity, this.isPostgres ? `${where} FOR NO KEY UPDATE` : where, parameters);
  }

  /** Registers the last statements of the transaction: what takes a lock that everybody wants belongs there. */
  beforeCommit(work: () => Promise<void>): void {
    this.hooks.beforeCommit.push(work);
  }

  /** Registers what is to follow once the transaction is committed, and not at all when it is rolled back. */
  afterCommit(work: () => void): void {
    this.hooks.afterCommit.push(work);
  }

  protected read(select: Select, parameters: readonly unknown[]): Promise<Values[]> {
    return this.rows(select, parameters);
  }
}
