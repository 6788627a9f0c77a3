import { Global, Module } from '@nestjs/common';
import { Scheduler } from './scheduler.service';

/** What is done periodically. Global, so that a module needs nothing but to register its jobs. */
@Global()
@Module({ providers: [Scheduler], exports: [Scheduler] })
export class JobsModule {}
