import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { overloaded } from '../../../platform/problems/domain-error';
import { type HashJob, HashThread } from './hash-thread';

/**
 * bcrypt in threads of its own, so that libuv's stay free for the database. A thread is started when all others are
 * busy, and kept; how many run at a time is bounded by `HashQueue`. One that crashes fails its job and is replaced.
 */
@Injectable()
export class HashThreadPool implements OnApplicationShutdown {
  private readonly threads = new Set<HashThread>();
  private readonly idle: HashThread[] = [];
  private isClosed = false;

  /** @returns a bcrypt hash with a new salt. @param password text without a NUL of at most 72 bytes */
  async hash(password: string, cost: number): Promise<string> {
    return String(await this.run({ password, cost }));
  }

  /** Whether a password, as bcrypt takes it, is that of a bcrypt hash. */
  async compare(password: string | Buffer, stored: string): Promise<boolean> {
    return (await this.run({ password, stored })) === true;
  }

  /** Ends the threads when everything that could need them has ended. */
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

  /** The one that was busy last, whose memory is warm; one that ended while it was idle is forgotten. */
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
