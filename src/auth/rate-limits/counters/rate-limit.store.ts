import { Injectable } from '@nestjs/common';
import { type EntityManager, LessThan } from 'typeorm';
import { Database } from '../../../platform/database/database';
import { CounterTable } from './counter-table';
import { RateLimitCounter } from './rate-limit-counter.entity';

/** Counters in the application's database, so that instances share them and a restart forgets nothing. */
@Injectable()
export class RateLimitStore extends CounterTable {
  constructor(private readonly database: Database) {
    super(database);
  }

  /** Reads beside the writer, so that what is refused never waits for it nor keeps it from others. */
  override async read(key: string): Promise<RateLimitCounter | null> {
    const [counter] = await this.database.select(RateLimitCounter, '"key" = $1 AND "expire" > $2', [key, Date.now()]);
    return counter ?? null;
  }

  /** The same counters for statements of a transaction. */
  within(manager: EntityManager): CounterTable {
    return new CounterTable({ manager });
  }

  /** Deletes expired counters. */
  async purge(): Promise<void> {
    await this.database.manager.delete(RateLimitCounter, { expire: LessThan(Date.now()) });
  }
}
