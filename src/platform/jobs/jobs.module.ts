import { Global, Module } from '@nestjs/common';
import { Features } from '../features/features.service';
import type { ProviderCall } from '../features/provider-call';
import type { Job } from './job';
import { Scheduler } from './scheduler.service';

declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /** What is done periodically while the server runs, by the name of the job, such as `purge-sessions`. */
    readonly jobs?: Readonly<Record<string, FeatureJob>>;
  }
}

/** A job, as a feature registers it. */
export interface FeatureJob extends Pick<Job, 'everyMs'> {
  /** Told by a signal when the server stops: what takes long should then come to an end. */
  readonly run: ProviderCall<[stopping: AbortSignal], Promise<void>>;
}

/** What is done periodically. */
@Global()
@Module({ providers: [Scheduler], exports: [Scheduler] })
export class JobsModule {
  constructor(scheduler: Scheduler, features: Features) {
    for (const [name, { everyMs, run }] of features.named(({ jobs }) => jobs)) {
      scheduler.register({ name, everyMs, run: features.bound(run) });
    }
  }
}
