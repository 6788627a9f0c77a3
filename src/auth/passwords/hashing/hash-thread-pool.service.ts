import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { overloaded } from '../../../platform/problems/domain-error';
import { type HashJob, HashThread } from './hash-thread';

/**
 * Computes bcrypt in worker threads, so that libuv's threads stay free for the database. A thread is started when all
 * others are busy, and kept; `HashQueue` bounds their number. A crashed thread fails its job and is replaced.
 */
@Injectable()
export class HashThreadPool implements OnApplicationShutdown {
  private readonly threads = new Set<HashThread>();
  private readonly idle: HashThread[] = [];
  private isClosed = false;

  /** @returns a bcrypt hash with a new salt. @param password at most 72 bytes, without NUL */
  async hash(password: string, cost: number): Promise<string> {
    return String(await this.run({ password, cost }));
  }

  /** Whether a password matches a bcrypt hash. */
  async compare(password: string | Buffer, stored: string): Promise<boolean> {
    return (await this.run({ password, stored })) === true;
  }

  /** Terminates the threads after everything that could need them. */
  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.threads].map((thread) => thread.stop()));
  }

  private async run(job: HashJob): Promise<unknown> {
    if (this.isClosed) throw overloaded('The server is shutting down.');
    const thread = this.idleThread() ?? this.start();
    try {
      return await thread.run(job);
    } finally {
      if (thread.isAlive) this.idle.push(thread);
      else this.threads.delete(thread);
    }
  }

  /** The most recently used idle thread, whose caches are warm; removes threads that ended while idle. */
  private idleThread(): HashThread | undefined {
    let thread = this.idle.pop();
    while (thread && !thread.isAlive) {
      this.threads.delete(thread);
      thread = this.idle.pop();
    }
    return thread;
  }

  private start(): HashThread {
    const thread = new HashThread();
    this.threads.add(thread);
    return thread;
  }
}
