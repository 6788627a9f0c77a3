import { readlinkSync } from 'node:fs';
import { availableParallelism, getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

/** Highest default number of hash threads; each takes about 7 MB, and 16 cores handle 60 logins per second. */
const MAX_BY_DEFAULT = 16;

/** Whether a single thread can get a lower priority than the rest of its process, as on Linux. Has no side effects. */
export function canLowerThreads(): boolean {
  try {
    // `/proc/thread-self` links to `PID/task/TID`. Other systems have no such file, or only priorities of processes.
    const thread = Number(basename(readlinkSync('/proc/thread-self')));
    setPriority(thread, getPriority(thread));
    return true;
  } catch {
    return false;
  }
}

/** Number of threads that leaves one core free, at least 1. */
export const sparingThreads = (): number => Math.max(1, availableParallelism() - 1);

/** Default number of concurrent password hashes: one per core when the threads can run at a lower priority. */
export const defaultHashes = (): number =>
  Math.min(MAX_BY_DEFAULT, canLowerThreads() ? availableParallelism() : sparingThreads());
