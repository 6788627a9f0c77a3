import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';

/** All databases of a run together took 122 MiB at most. */
const MIN_FREE_BYTES = 1024 ** 3;

function hasRoom(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > MIN_FREE_BYTES;
}

/**
 * The folder for databases of tests: in memory where there is room, as PostgreSQL copies 300 files for each, and a disk
 * takes longer to create them than to write them.
 */
export const SCRATCH = existsSync(MEMORY) && hasRoom(MEMORY) ? MEMORY : tmpdir();
