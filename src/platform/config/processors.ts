import { readlinkSync } from 'node:fs';
import { availableParallelism, getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

/** Highest default number of hash threads; each takes about 7 MB, and 16 cores log 60 users in each second. */
const MAX_BY_DEFAULT = 16;

/** Whether one thread of a process can be given a lower priority than the others, as on Linux. Changes nothing. */
export function canLowerThreads(): boolean {
  try {
    // `/proc/thread-self` links to `PID/task/TID`. Other systems have no such file, or know priorities of processes only.
    const thread = Number(basename(readlinkSync('/proc/thread-self')));
    setPriority(thread, getPriority(thread));
    return true;
  } catch {
    return false;
  }
}

/** Threads that leave one core to everything else, at least 1. */
export const sparingThreads = (): number => Math.max(1, availableParallelism() - 1);

/** How many password hashes run at a time where nothing else is configured: one on each core when they can give way. */
export const defaultHashes = (): number =>
  Math.min(MAX_BY_DEFAULT, canLowerThreads() ? availableParallelism() : sparingThreads());
