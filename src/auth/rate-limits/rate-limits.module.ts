import { Global, Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { MailLimiter } from '../../platform/mail/mail-limiter';
import { CountersModule } from './counters/counters.module';
import { RateLimitCounter } from './counters/rate-limit-counter.entity';
import { RateLimitStore } from './counters/rate-limit.store';
import { MailboxRateLimiter } from './mailbox-rate-limiter.service';
import { RateLimits1763690000000 } from './migrations/1763690000000-rate-limits';
import { RateLimitKeys } from './rate-limit-keys.service';
import { RateLimits } from './rate-limits.service';

/** How often expired counters are purged, in milliseconds. */
const PURGE_EVERY_MS = 600_000;

/** Limits on attempts. Global, so that a route only needs `@RateLimit()`. */
@Feature({
  name: 'rate-limits',
  entities: [RateLimitCounter],
  migrations: [RateLimits1763690000000],
  jobs: { 'purge-rate-limits': { everyMs: PURGE_EVERY_MS, run: using(RateLimitStore, (store) => store.purge()) } },
})
@Global()
@Module({
  imports: [CountersModule],
  providers: [{ provide: MailLimiter, useClass: MailboxRateLimiter }, RateLimits, RateLimitKeys],
  exports: [MailLimiter, RateLimits],
})
export class RateLimitsModule {}
