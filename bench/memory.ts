import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 200;

/** Time for a program to collect its garbage, in milliseconds. */
const COLLECTION_MS = 2_000;

/** The options of Node.js for a program whose garbage `retainedMiB` can collect. */
export const COLLECTABLE = `--require ${join(__dirname, 'collect-garbage.js')}`;

/** A program's resident memory, in MiB. */
export interface Memory {
  /** At the end. */
  end: number;
  /** The highest sample. */
  peak: number;
}

/**
 * The resident memory in MiB of a program that was started with `COLLECTABLE`, after a collection of its garbage. Without
 * one, it depends on when V8 has last collected, which it does less often the faster the machine is.
 * @returns null if the memory cannot be determined
 */
export async function retainedMiB(pid: number): Promise<number | null> {
  process.kill(pid, 'SIGUSR2');
  await sleep(COLLECTION_MS);
  return residentMiB(pid);
}

/** Samples the resident memory of a process. */
export class MemoryWatch {
  private readonly samples: number[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    this.timer = setInterval(() => this.sample(), EVERY_MS).unref();
  }

  /** Stops sampling. @returns null if the memory cannot be determined */
  finish(): Memory | null {
    clearInterval(this.timer);
    this.sample();
    const end = this.samples.at(-1);
    return end === undefined ? null : { end, peak: Math.max(...this.samples) };
  }

  private sample(): void {
    const size = residentMiB(this.pid);
    if (size !== null) this.samples.push(size);
  }
}

/** Resident memory in MiB: from /proc on Linux, otherwise from `ps`; undefined without either. */
function residentMiB(pid: number): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (kib !== undefined) return Number(kib) / 1024;
  } catch {
    // Not Linux.
  }
  try {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
  } catch {
    // No ps either, as on Windows.
    return null;
  }
}
