import { Module } from '@nestjs/common';
import { RateLimitStore } from './rate-limit.store';

/** What was counted, in the database. */
@Module({ providers: [RateLimitStore], exports: [RateLimitStore] })
export class CountersModule {}
