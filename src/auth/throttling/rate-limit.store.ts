import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { LessThan } from 'typeorm';
import { Database } from '../../database/database';
import { AppLogger } from '../../http/app-logger';
import { RateLimitCounter } from './rate-limit-counter.entity';

/** How often counters that are over are cleared away, in milliseconds. */
const CLEAR_EVERY_MS = 600_000;

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
        this.logger.pino.warn({ err: error }, 'Counters that are over could not be cleared away');
      });
    }, CLEAR_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** A counter for each key. @param duration seconds until it starts anew */
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

  /** Deletes the counters that are over. */
  async clearExpired(): Promise<void> {
    await this.database.manager.delete(RateLimitCounter, { expire: LessThan(Date.now()) });
  }
}
