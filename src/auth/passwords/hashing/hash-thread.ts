import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { canLowerThreads } from '../../../platform/config/processors';

/** What a thread computes: a new hash, or whether a password is that of a stored hash. */
export type HashJob =
  | { readonly password: string; readonly cost: number }
  | { readonly password: string | Buffer; readonly stored: string };

/** A nice value: reads come first, and beside another busy program a tenth of a core stays for hashes. */
const PRIORITY = 10;

/** Of the thread's heap. A hash needs none of it, but the library has to be loaded. */
const LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: unknown) => void;
}

/** A thread that computes bcrypt hashes, one at a time. It keeps the process alive only while it computes. */
export class HashThread {
  private readonly worker: Worker;
  private waiting: Waiting | null = null;
  private hasEnded = false;

  constructor() {
    const priority = canLowerThreads() ? PRIORITY : null;
    // No environment, as there are secrets in it.
    const options = { workerData: { priority }, resourceLimits: LIMITS, env: {}, execArgv: [] };
    this.worker = new Worker(join(__dirname, 'bcrypt.worker.mjs'), options);
    this.worker.unref();
    this.worker.on('message', (answer: unknown) => this.take()?.resolve(answer));
    this.worker.on('error', (error) => this.end(error));
    this.worker.on('exit', () => this.end(new Error('A hash thread ended.')));
  }

  /** Whether it can take another job. */
  get isAlive(): boolean {
    return !this.hasEnded;
  }

  /** Give it one job at a time. @returns what bcrypt answered; rejects when the thread ended, and it is of no use then */
  run(job: HashJob): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.worker.ref();
      this.worker.postMessage(job);
    });
  }

  /** Ends the thread, after the hash that it computes. */
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
