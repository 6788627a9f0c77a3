import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { median } from './statistics';

const EVERY_MS = 200;

/** A program's resident memory over the run, in MiB. */
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
