import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { AppLogger } from '../logging/app-logger.service';
import type { Job } from './job';
import { ScheduledJob } from './scheduled-job';

/** Longest wait at shutdown for jobs that are running, in milliseconds. */
const SHUTDOWN_WAIT_MS = 3_000;

/** Minimum interval between logged failures of one job, in milliseconds. */
const LOG_EVERY_MS = 60_000;

/**
 * Runs all periodic jobs. Modules register jobs when they are constructed; only the server starts them, never a
 * command.
 */
@Injectable()
export class Scheduler implements BeforeApplicationShutdown {
  private readonly jobs = new Map<string, ScheduledJob>();
  private readonly stopping = new AbortController();
  private timers: NodeJS.Timeout[] = [];

  constructor(private readonly logger: AppLogger) {}

  /** Adds a job. @throws TypeError when the name is already registered */
  register(job: Job): void {
    if (this.jobs.has(job.name)) throw new TypeError(`There are two jobs named ${job.name}`);
    this.jobs.set(job.name, new ScheduledJob(job, this.stopping.signal));
  }

  /** Starts all jobs; each first runs after its interval. */
  start(): void {
    this.timers = [...this.jobs.values()].map((job) =>
      setInterval(() => {
        if (!job.isBusy) void this.attempt(job);
      }, job.everyMs).unref(),
    );
  }

  /**
   * Runs a job now, or once more after the current run; callers in the meantime share that run.
   * @throws whatever the job throws
   */
  run(name: string): Promise<void> {
    return this.find(name).run();
  }

  /** Runs a job without waiting for it, if jobs were started. */
  wake(name: string): void {
    if (this.timers.length > 0) void this.attempt(this.find(name));
  }

  /** Stops all jobs, and waits briefly for those that are running. */
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
