import pLimit from 'p-limit';
import type { Job } from './job';

/** A job that never runs concurrently with itself. */
export class ScheduledJob {
  private readonly line = pLimit(1);
  private next: Promise<void> | undefined;
  private loggedAt = -Infinity;

  constructor(
    private readonly job: Job,
    private readonly stopping: AbortSignal,
  ) {}

  get name(): string {
    return this.job.name;
  }

  get everyMs(): number {
    return this.job.everyMs;
  }

  /** Whether it is running or about to run. */
  get isBusy(): boolean {
    return this.line.activeCount + this.line.pendingCount > 0;
  }

  /** Runs it after the current run; all callers before that starts share it. Does nothing after shutdown has begun. */
  run(): Promise<void> {
    this.next ??= this.line(async () => {
      this.next = undefined;
      if (!this.stopping.aborted) await this.job.run(this.stopping);
    });
    return this.next;
  }

  /** Resolves when no run is active or pending. */
  idle(): Promise<void> {
    return this.line(() => undefined);
  }

  /** Whether a failure should be logged, because none was recently. @param now in milliseconds, of a monotonic clock */
  isFailureNews(now: number, everyMs: number): boolean {
    if (now < this.loggedAt + everyMs) return false;
    this.loggedAt = now;
    return true;
  }
}
