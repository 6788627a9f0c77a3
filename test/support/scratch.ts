import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';

/** All databases of a run together took 122 MiB at most. */
const MIN_FREE_BYTES = 1024 ** 3;

/** A run's folder, by the process that it belongs to. */
const NAME = /^latchkey-(\d+)-/;

function hasRoom(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > MIN_FREE_BYTES;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes the folder for all databases of a run: in memory where there is room, as PostgreSQL copies 300 files for each, and
 * a disk takes longer to create them than to write them. Removes those of runs that were killed.
 */
export function makeScratch(): string {
  const parent = existsSync(MEMORY) && hasRoom(MEMORY) ? MEMORY : tmpdir();
  const abandoned = readdirSync(parent).filter((name) => !isRunning(Number(NAME.exec(name)?.[1] ?? process.pid)));
  for (const name of abandoned) rmSync(join(parent, name), { recursive: true, force: true });
  return mkdtempSync(join(parent, `latchkey-${process.pid}-`));
}

/** The folder for databases of this run. */
export const scratch = (): string => process.env['TEST_SCRATCH'] ?? tmpdir();
