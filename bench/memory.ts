import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { median } from './statistics';

const EVERY_MS = 200;

/** What a program's memory did over the run, in MiB of resident memory. */
export interface Memory {
  /** At the end of the run. */
  end: number;
  /** Median of the second quarter of the run, when it is warm. */
  early: number;
  /** Median of the last quarter of the run. */
  late: number;
  /** The highest sample. */
  peak: number;
  /** Every sample, in order. */
  samples: number[];
}

/** Watches the resident memory of a process. */
export class MemoryWatch {
  private readonly samples: number[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    this.timer = setInterval(() => this.sample(), EVERY_MS).unref();
  }

  /** Ends the watch. @returns null where no way to ask for the memory is known */
  finish(): Memory | null {
    clearInterval(this.timer);
    this.sample();
    const quarter = Math.floor(this.samples.length / 4);
    const end = this.samples.at(-1);
    if (end === undefined || quarter === 0) return null;
    return {
      end,
      early: median(this.samples.slice(quarter, 2 * quarter)),
      late: median(this.samples.slice(-quarter)),
      peak: Math.max(...this.samples),
      samples: this.samples.map(Math.round),
    };
  }

  private sample(): void {
    const size = residentMiB(this.pid);
    if (size !== null) this.samples.push(size);
  }
}

/** Resident memory in MiB: from Linux's /proc, elsewhere from `ps`, and where there is neither, unknown. */
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
