import { Global, Module } from '@nestjs/common';
import { MailBudget } from '../../mail/mail-budget';
import { UsersModule } from '../../users/users.module';
import { MailLimits } from './mail-limits';
import { RateLimitStore } from './rate-limit.store';
import { RateLimits } from './rate-limits';
import { Subjects } from './subjects';

/** Limits on attempts. Global, so that a route needs nothing but its `@RateLimit()`. */
@Global()
@Module({
  imports: [UsersModule],
  providers: [{ provide: MailBudget, useClass: MailLimits }, RateLimitStore, RateLimits, Subjects],
  exports: [MailBudget, RateLimits],
})
export class ThrottlingModule {}
