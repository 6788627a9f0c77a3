import { Global, Module } from '@nestjs/common';
import { Scheduler } from '../../platform/jobs/scheduler.service';
import { MailLimiter } from '../../platform/mail/mail-limiter';
import { RateLimitStore } from './counters/rate-limit.store';
import { MailboxRateLimiter } from './mailbox-rate-limiter.service';
import { RateLimitKeys } from './rate-limit-keys.service';
import { RateLimits } from './rate-limits.service';

/** How often expired counters are purged, in milliseconds. */
const PURGE_EVERY_MS = 600_000;

/** Limits on attempts. Global, so that a route needs nothing but its `@RateLimit()`. */
@Global()
@Module({
  providers: [{ provide: MailLimiter, useClass: MailboxRateLimiter }, RateLimitStore, RateLimits, RateLimitKeys],
  exports: [MailLimiter, RateLimits],
})
export class RateLimitsModule {
  constructor(scheduler: Scheduler, store: RateLimitStore) {
    scheduler.register({ name: 'purge-rate-limits', everyMs: PURGE_EVERY_MS, run: () => store.purge() });
  }
}
