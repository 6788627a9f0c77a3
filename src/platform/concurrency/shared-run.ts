import pLimit from 'p-limit';

/**
 * Runs work on demand, at most once per interval and never concurrently, however many ask for it: all who ask before a
 * run starts share it.
 */
export class SharedRun {
  private readonly line = pLimit(1);
  private next: Promise<void> | undefined;
  private startedAt = -Infinity;

  /** @param everyMs milliseconds from one start to the next, at least */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly everyMs: number,
  ) {}

  /** Resolves when a run has ended that started after this call. @throws whatever the work throws */
  run(): Promise<void> {
    this.next ??= this.line(async () => {
      const wait = this.startedAt + this.everyMs - performance.now();
      if (wait > 0) await new Promise((over) => setTimeout(over, wait));
      this.next = undefined;
      this.startedAt = performance.now();
      await this.work();
    });
    return this.next;
  }
}
