import pLimit from 'p-limit';
import type { Job } from './job';

/** A job that never runs twice at once. */
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

  /** Whether it runs or is about to. */
  get isBusy(): boolean {
    return this.line.activeCount + this.line.pendingCount > 0;
  }

  /** Runs it after the run that is under way; all callers before that begins share it. Not at all after the end. */
  run(): Promise<void> {
    this.next ??= this.line(async () => {
      this.next = undefined;
      if (!this.stopping.aborted) await this.job.run(this.stopping);
    });
    return this.next;
  }

  /** Resolves when nothing of it runs or waits. */
  idle(): Promise<void> {
    return this.line(() => undefined);
  }

  /** Whether a failure should be logged, as none was for a while. @param now in milliseconds, by a clock that never goes back */
  isFailureNews(now: number, everyMs: number): boolean {
    if (now < this.loggedAt + everyMs) return false;
    this.loggedAt = now;
    return true;
  }
}
