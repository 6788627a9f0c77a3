import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type EntityManager, LessThan } from 'typeorm';
import { Database } from '../../../platform/database/database';
import { AppLogger } from '../../../platform/logging/app-logger';
import { CounterTable } from './counter-table';
import { RateLimitCounter } from './rate-limit-counter.entity';

/** How often expired counters are purged, in milliseconds. */
const PURGE_EVERY_MS = 600_000;

/** Counters in the application's database, so that instances share them and a restart forgets nothing. */
@Injectable()
export class RateLimitStore extends CounterTable implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly logger: AppLogger,
  ) {
    super(database);
  }

  onModuleInit(): void {
    this.timer = setInterval(() => {
      this.clearExpired().catch((error: unknown) => {
        this.logger.pino.warn({ err: error }, 'Expired counters could not be purged');
      });
    }, PURGE_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
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
  async clearExpired(): Promise<void> {
    await this.database.manager.delete(RateLimitCounter, { expire: LessThan(Date.now()) });
  }
}
