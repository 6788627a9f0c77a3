/** What is done again and again while the server runs, in each instance for itself. */
export interface Job {
  /** Names it among all jobs, such as `purge-sessions`. */
  readonly name: string;
  /** Milliseconds from one start to the next; while it still runs, it is not started again. */
  readonly everyMs: number;
  /** @param stopping aborted at shutdown: what takes long should then come to an end */
  run(stopping: AbortSignal): Promise<void>;
}

/** How often expired rows are purged, in milliseconds. */
export const HOUR_MS = 3_600_000;
