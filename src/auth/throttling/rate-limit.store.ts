import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { LessThan } from 'typeorm';
import { Database } from '../../database/database';
import { AppLogger } from '../../http/app-logger';
import { RateLimitCounter } from './rate-limit-counter.entity';

/** How often expired counters are purged, in milliseconds. */
const PURGE_EVERY_MS = 600_000;

/**
 * Counters in the application's database, so that instances share them and a restart forgets nothing. The library's
 * SQL for PostgreSQL is SQL that SQLite takes too.
 */
@Injectable()
export class RateLimitStore implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly logger: AppLogger,
  ) {}

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

  /** A counter for each key. @param duration seconds until it starts again */
  counters(name: string, points: number, duration: number): RateLimiterPostgres {
    return new RateLimiterPostgres({
      keyPrefix: name,
      points,
      duration,
      storeClient: this,
      storeType: 'client',
      tableName: 'rate_limits',
      tableCreated: true,
      clearExpiredByTimeout: false,
    });
  }

  /** What the library asks of a client of PostgreSQL. */
  async query({ text, values }: { text: string; values: unknown[] }): Promise<{ rows: unknown[]; rowCount: number }> {
    // Behind a space, as TypeORM drops what SQLite returns for a statement that begins with INSERT or DELETE.
    const rows = await this.database.manager.query<unknown[]>(` ${text}`, values);
    return { rows, rowCount: rows.length };
  }

  /** Counts one less, and keeps no row of what was given back entirely. @param key with the counter's name in front */
  async giveBack(key: string): Promise<void> {
    await this.query({ text: `UPDATE "rate_limits" SET "points" = "points" - 1 WHERE "key" = $1`, values: [key] });
    await this.query({ text: `DELETE FROM "rate_limits" WHERE "key" = $1 AND "points" <= 0`, values: [key] });
  }

  /** Deletes expired counters. */
  async clearExpired(): Promise<void> {
    await this.database.manager.delete(RateLimitCounter, { expire: LessThan(Date.now()) });
  }
}
