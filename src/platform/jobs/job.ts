/** A periodic task of the server; each instance runs its own. */
export interface Job {
  /** Unique among all jobs, such as `purge-sessions`. */
  readonly name: string;
  /** Milliseconds from one start to the next; a running job is not started again. */
  readonly everyMs: number;
  /** @param stopping aborted at shutdown: a long job should then stop */
  run(stopping: AbortSignal): Promise<void>;
}

/** How often expired rows are purged, in milliseconds. */
export const HOUR_MS = 3_600_000;
