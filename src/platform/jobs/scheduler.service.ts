import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { AppLogger } from '../logging/app-logger.service';
import type { Job } from './job';
import { ScheduledJob } from './scheduled-job';

/** Longest wait at shutdown for jobs that are running, in milliseconds. */
const SHUTDOWN_WAIT_MS = 3_000;

/** A job that fails every second is logged no more often than this, in milliseconds. */
const LOG_EVERY_MS = 60_000;

/**
 * The one place for what is done periodically. A module registers its jobs when it is constructed; only the server
 * starts them, commands never do.
 */
@Injectable()
export class Scheduler implements BeforeApplicationShutdown {
  private readonly jobs = new Map<string, ScheduledJob>();
  private readonly stopping = new AbortController();
  private timers: NodeJS.Timeout[] = [];

  constructor(private readonly logger: AppLogger) {}

  /** Adds a job. @throws TypeError when there is one of this name */
  register(job: Job): void {
    if (this.jobs.has(job.name)) throw new TypeError(`There are two jobs named ${job.name}`);
    this.jobs.set(job.name, new ScheduledJob(job, this.stopping.signal));
  }

  /** Has every job run, each for the first time when its interval has passed. */
  start(): void {
    this.timers = [...this.jobs.values()].map((job) =>
      setInterval(() => {
        if (!job.isBusy) void this.attempt(job);
      }, job.everyMs).unref(),
    );
  }

  /**
   * Runs a job now, or once more after the run that is under way, for all callers meanwhile.
   * @throws whatever the job throws
   */
  run(name: string): Promise<void> {
    return this.find(name).run();
  }

  /** The same without waiting for it, where jobs were started. */
  wake(name: string): void {
    if (this.timers.length > 0) void this.attempt(this.find(name));
  }

  /** Ends all jobs, and waits a moment for those that are running. */
  async stop(): Promise<void> {
    this.timers.forEach((timer) => clearInterval(timer));
    this.timers = [];
    this.stopping.abort();
    const idle = Promise.all([...this.jobs.values()].map((job) => job.idle()));
    await Promise.race([idle, new Promise((late) => setTimeout(late, SHUTDOWN_WAIT_MS).unref())]);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  private find(name: string): ScheduledJob {
    const job = this.jobs.get(name);
    if (!job) throw new TypeError(`There is no job named ${name}`);
    return job;
  }

  private async attempt(job: ScheduledJob): Promise<void> {
    try {
      await job.run();
    } catch (error) {
      if (!job.isFailureNews(performance.now(), LOG_EVERY_MS)) return;
      const message = `The job ${job.name} failed; it runs again in ${job.everyMs / 1000} s`;
      this.logger.pino.error({ err: error }, message);
    }
  }
}
