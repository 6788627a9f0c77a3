import { Global, Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module';
import { RateLimitStore } from './rate-limit.store';
import { RateLimits } from './rate-limits';
import { Subjects } from './subjects';

/** Limits on attempts. Global, so that a route needs nothing but its `@RateLimit()`. */
@Global()
@Module({
  imports: [UsersModule],
  providers: [RateLimitStore, RateLimits, Subjects],
  exports: [RateLimits],
})
export class ThrottlingModule {}
