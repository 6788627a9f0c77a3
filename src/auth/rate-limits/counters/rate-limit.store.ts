import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.service';
import type { Transaction } from '../../../platform/database/transaction';
import { CounterTable } from './counter-table';
import { RateLimitCounter } from './rate-limit-counter.entity';

/** Counters in the database, so that instances share them and they survive restarts. */
@Injectable()
export class RateLimitStore extends CounterTable {
  constructor(private readonly database: Database) {
    super(database);
  }

  /** The same counters within a transaction. */
  within(tx: Transaction): CounterTable {
    return new CounterTable(tx);
  }

  /** Deletes expired counters. */
  async purge(): Promise<void> {
    await this.database.removeWhere(RateLimitCounter, '"expire" < $1', [Date.now()]);
  }
}
