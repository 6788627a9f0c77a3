import { Global, Module } from '@nestjs/common';
import { Features } from '../features/features.service';
import type { ProviderCall } from '../features/provider-call';
import type { Job } from './job';
import { Scheduler } from './scheduler.service';

declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /** Periodic jobs of the server, by name, such as `purge-sessions`. */
    readonly jobs?: Readonly<Record<string, FeatureJob>>;
  }
}

/** A job in a feature definition. */
export interface FeatureJob extends Pick<Job, 'everyMs'> {
  /** Gets a signal that is aborted at shutdown: a long job should then stop. */
  readonly run: ProviderCall<[stopping: AbortSignal], Promise<void>>;
}

/** Periodic jobs. */
@Global()
@Module({ providers: [Scheduler], exports: [Scheduler] })
export class JobsModule {
  constructor(scheduler: Scheduler, features: Features) {
    for (const [name, { everyMs, run }] of features.named(({ jobs }) => jobs)) {
      scheduler.register({ name, everyMs, run: features.bound(run) });
    }
  }
}
