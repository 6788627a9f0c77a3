import type { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver';
import { SqliteQueryRunner } from 'typeorm/driver/sqlite/SqliteQueryRunner';
import type { ConcurrencyLimiter, Release } from '../../concurrency/concurrency-limiter';
import { isBusy } from '../sql/database-errors';
import { toSqliteParameters } from '../sql/numbered-parameters';

/**
 * A query runner of its own for each unit of work on the one writing SQLite connection. A transaction holds the gate
 * from its begin to its end and a single statement for its own time, so that no statement ever lands in a stranger's
 * transaction. TypeORM itself shares one runner among all requests, which loses acknowledged rows on a rollback.
 */
export class SerializedQueryRunner extends SqliteQueryRunner {
  private leave: Release | undefined;

  constructor(
    driver: SqliteDriver,
    private readonly gate: ConcurrencyLimiter,
    /** Longest wait for the gate and for the lock of another process together, in milliseconds. */
    private readonly maxWaitMs: number,
  ) {
    super(driver);
  }

  override query(sql: string, parameters?: unknown[], useStructuredResult?: boolean) {
    // An immediate transaction takes the write lock at its begin, where the busy timeout covers other processes.
    const wanted = sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE TRANSACTION' : sql;
    const statement = parameters?.length ? toSqliteParameters(wanted) : wanted;
    const run = () => super.query(statement, parameters, useStructuredResult);
    if (this.leave) return run();
    const deadline = Date.now() + this.maxWaitMs;
    return this.gate.run(() => retryWhileBusy(run, deadline));
  }

  override async startTransaction(): Promise<void> {
    if (this.leave) return super.startTransaction();
    const deadline = Date.now() + this.maxWaitMs;
    this.leave = await this.gate.enter();
    try {
      await retryWhileBusy(() => {
        this.isTransactionActive = false;
        return super.startTransaction();
      }, deadline);
    } catch (error) {
      this.isTransactionActive = false;
      this.giveBack();
      throw error;
    }
  }

  override async commitTransaction(): Promise<void> {
    await super.commitTransaction();
    if (!this.isTransactionActive) this.giveBack();
  }

  override async rollbackTransaction(): Promise<void> {
    const outermost = this.transactionDepth <= 1;
    try {
      await super.rollbackTransaction();
    } finally {
      // SQLite has rolled back by itself when even ROLLBACK fails.
      if (outermost) this.giveBack();
    }
  }

  /** A runner that is released in the middle of a transaction must not block all others. */
  override async release(): Promise<void> {
    if (this.leave) await this.rollbackTransaction();
    await super.release();
  }

  private giveBack(): void {
    this.leave?.();
    this.leave = undefined;
  }
}

/** Repeats the work while another process holds the lock of the file, until the deadline in epoch milliseconds. */
export async function retryWhileBusy<T>(work: () => Promise<T>, deadline: number): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || Date.now() >= deadline) throw error;
    }
  }
}
