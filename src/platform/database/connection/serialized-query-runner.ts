import type { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver';
import { SqliteQueryRunner } from 'typeorm/driver/sqlite/SqliteQueryRunner';
import type { ConcurrencyLimiter, Release } from '../../concurrency/concurrency-limiter';
import { isBusy } from '../sql/database-errors';
import { toSqliteParameters } from '../sql/numbered-parameters';

/**
 * A separate query runner for each unit of work on the single SQLite write connection. A transaction holds the limiter
 * from begin to end, a single statement while it runs, so no statement runs inside another request's transaction.
 * TypeORM itself shares one runner among all requests, which loses acknowledged rows on a rollback.
 */
export class SerializedQueryRunner extends SqliteQueryRunner {
  private leave: Release | undefined;

  constructor(
    driver: SqliteDriver,
    private readonly limiter: ConcurrencyLimiter,
    /** Longest total wait for the limiter and for the lock of another process, in milliseconds. */
    private readonly maxWaitMs: number,
  ) {
    super(driver);
  }

  override query(sql: string, parameters?: unknown[], useStructuredResult?: boolean) {
    // An immediate transaction takes the write lock when it begins, where the busy timeout covers other processes.
    const wanted = sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE TRANSACTION' : sql;
    const statement = parameters?.length ? toSqliteParameters(wanted) : wanted;
    const run = () => super.query(statement, parameters, useStructuredResult);
    if (this.leave) return run();
    const deadline = Date.now() + this.maxWaitMs;
    return this.limiter.run(() => retryWhileBusy(run, deadline));
  }

  override async startTransaction(): Promise<void> {
    if (this.leave) return super.startTransaction();
    const deadline = Date.now() + this.maxWaitMs;
    this.leave = await this.limiter.enter();
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
      // If even ROLLBACK fails, SQLite has already rolled back.
      if (outermost) this.giveBack();
    }
  }

  /** A runner released in the middle of a transaction must not block all others. */
  override async release(): Promise<void> {
    if (this.leave) await this.rollbackTransaction();
    await super.release();
  }

  private giveBack(): void {
    this.leave?.();
    this.leave = undefined;
  }
}

/** Retries the work while another process holds the file lock, until the deadline in epoch milliseconds. */
export async function retryWhileBusy<T>(work: () => Promise<T>, deadline: number): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || Date.now() >= deadline) throw error;
    }
  }
}
