import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { ApiToken } from '../../auth/api-tokens/api-token.entity';
import { OneTimeToken } from '../../auth/links/one-time-token.entity';
import { Session } from '../../auth/sessions/session.entity';
import { Database } from '../../platform/database/database';
import { Clock } from '../../platform/kernel/clock';
import { AppLogger } from '../../platform/logging/app-logger';
import { OutboxMessage } from '../../platform/mail/outbox-message.entity';
import { UnverifiedRegistrations } from './unverified-registrations.service';

/** How often expired rows are purged, in milliseconds. */
const EVERY_MS = 3_600_000;

/** How long a message that was given up stays for an operator to see, in milliseconds. */
const GIVEN_UP_MS = 30 * 86_400_000;

/** Purges expired rows: sessions, API tokens, links, registrations that were never verified, and messages given up long ago. */
@Injectable()
export class Housekeeping implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: AppLogger,
    private readonly registrations: UnverifiedRegistrations,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => {
      this.clear().catch((error: unknown) => {
        this.logger.pino.warn({ err: error }, 'Expired rows could not be purged; trying again in an hour');
      });
    }, EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Deletes what has expired by now. */
  async clear(): Promise<void> {
    const now = this.clock.now();
    for (const Entity of [Session, ApiToken, OneTimeToken]) {
      await this.database.manager.delete(Entity, { expiresAt: LessThan(now) });
    }
    // The longest that a message is tried is three days.
    await this.database.manager.delete(OutboxMessage, { createdAt: LessThan(now - GIVEN_UP_MS) });
    await this.registrations.purge(now);
  }
}
