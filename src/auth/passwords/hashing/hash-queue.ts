import { overloaded } from '../../../platform/problems/domain-error';
import { FairQueue } from './fair-queue';
import type { HashRequester } from './hash-requester';

/** Bounds of the queue. */
export interface HashQueueBounds {
  /** How many hashes are computed at once. */
  readonly places: number;
  /** How many may wait. */
  readonly queue: number;
  /** Longest wait in milliseconds, after which the waiter is refused. */
  readonly waitMs: number;
}

/** Hashes of one known account from one network that may wait with priority. */
const MAX_PER_ACCOUNT = 4;

interface Ticket extends HashRequester {
  enter: () => void;
  refuse: () => void;
}

/**
 * Computes a bounded number of hashes at a time: known devices first, then all others round-robin by network; see
 * `FairQueue`. One network may have half of the queue. Beyond that, 503.
 */
export class HashQueue {
  private readonly waiting: FairQueue<Ticket>;
  private running = 0;

  constructor(private readonly bounds: HashQueueBounds) {
    const { queue } = bounds;
    this.waiting = new FairQueue({ total: queue, perNetwork: Math.ceil(queue / 2), perAccount: MAX_PER_ACCOUNT });
  }

  /**
   * Runs the work when it is this requester's turn.
   * @throws DomainError `overloaded` when the queue is full, the wait is too long, or the client has disconnected
   */
  async run<T>(requester: HashRequester, work: () => Promise<T>): Promise<T> {
    if (this.running < this.bounds.places) this.running += 1;
    else await this.wait(requester);
    try {
      return await work();
    } finally {
      this.running -= 1;
      this.callNext();
    }
  }

  private wait(requester: HashRequester): Promise<void> {
    return new Promise((entered, refused) => {
      const stop = () => {
        this.waiting.remove(ticket);
        ticket.refuse();
      };
      const timer = setTimeout(stop, this.bounds.waitMs);
      const settle = (done: () => void) => () => {
        clearTimeout(timer);
        done();
      };
      const refusal = overloaded('Too many logins at once; try again shortly.');
      const ticket = { ...requester, enter: settle(entered), refuse: settle(() => refused(refusal)) };
      this.waiting.join(ticket)?.refuse();
    });
  }

  private callNext(): void {
    for (let next = this.waiting.next(); next; next = this.waiting.next()) {
      if (next.isGone?.() === true) {
        next.refuse();
        continue;
      }
      this.running += 1;
      next.enter();
      return;
    }
  }
}
