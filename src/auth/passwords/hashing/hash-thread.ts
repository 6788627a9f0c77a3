import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { canLowerThreads } from '../../../platform/config/variables/processors';

/** A job of a thread: a new hash, or a comparison with a stored hash. */
export type HashJob =
  | { readonly password: string; readonly cost: number }
  | { readonly password: string | Buffer; readonly stored: string };

/** A nice value: reads take precedence, and next to another busy process, hashes still get a tenth of a core. */
const PRIORITY = 10;

/** Memory limits of a thread. A hash needs no heap, but the library has to be loaded. */
const LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: unknown) => void;
}

/** A worker thread that computes bcrypt hashes, one at a time. It keeps the process alive only while it computes. */
export class HashThread {
  private readonly worker: Worker;
  private waiting: Waiting | null = null;
  private hasEnded = false;

  constructor() {
    const priority = canLowerThreads() ? PRIORITY : null;
    // The environment contains secrets.
    const options = { workerData: { priority }, resourceLimits: LIMITS, env: {}, execArgv: [] };
    this.worker = new Worker(join(__dirname, 'bcrypt.worker.cjs'), options);
    this.worker.unref();
    this.worker.on('message', (answer: unknown) => this.take()?.resolve(answer));
    this.worker.on('error', (error) => this.end(error));
    this.worker.on('exit', () => this.end(new Error('A hash thread ended.')));
  }

  /** Whether it can take another job. */
  get isAlive(): boolean {
    return !this.hasEnded;
  }

  /** Runs a job; call it for one at a time. @returns the result of bcrypt; rejects when the thread has ended */
  run(job: HashJob): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.worker.ref();
      this.worker.postMessage(job);
    });
  }

  /** Terminates the thread after the current hash. */
  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private end(error: unknown): void {
    this.hasEnded = true;
    this.take()?.reject(error);
  }

  private take(): Waiting | null {
    const { waiting } = this;
    this.waiting = null;
    this.worker.unref();
    return waiting;
  }
}
