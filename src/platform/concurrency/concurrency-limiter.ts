import { overloaded } from '../problems/domain-error';

/** Releases the slot. Call it exactly once. */
export type Release = () => void;

/** Bounds of a limiter. */
export interface ConcurrencyBounds {
  /** How many may run at once. */
  places: number;
  /** How many may wait; the next one is refused at once. */
  queue: number;
  /** Longest wait in milliseconds, after which the waiter is refused. */
  waitMs: number;
  /** The detail of the 503. */
  refusal: string;
}

/** The owner of work that has none. */
const NO_OWNER = '';

interface Ticket {
  owner: string;
  enter: () => void;
  refuse: () => void;
}

/**
 * Runs a bounded number at a time, and answers 503 instead of queueing without limit. Owners are served round-robin,
 * however many each has waiting, so an owner waits for one task of another and not for all of them. When the queue is
 * full, an owner with fewer waiting displaces the newest of the owner with the most.
 */
export class ConcurrencyLimiter {
  /** The waiters by owner; the owner whose turn is next comes first. */
  private readonly queues = new Map<string, Ticket[]>();
  private running = 0;
  private waiting = 0;

  constructor(private readonly bounds: ConcurrencyBounds) {}

  /** @throws DomainError `overloaded` when the queue is full or the wait too long */
  async enter(owner = NO_OWNER): Promise<Release> {
    if (this.running < this.bounds.places) this.running += 1;
    else await this.wait(owner);
    return () => this.callNext();
  }

  /** Enters, does the work, and leaves even when the work fails. @throws as `enter` does */
  async run<T>(work: () => Promise<T>, owner = NO_OWNER): Promise<T> {
    const leave = await this.enter(owner);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  private wait(owner: string): Promise<void> {
    const { waitMs, refusal } = this.bounds;
    return new Promise((entered, refused) => {
      const timer = setTimeout(() => {
        this.remove(ticket);
        ticket.refuse();
      }, waitMs);
      const settle = (done: () => void) => () => {
        clearTimeout(timer);
        done();
      };
      const ticket = { owner, enter: settle(entered), refuse: settle(() => refused(overloaded(refusal))) };
      this.join(ticket)?.refuse();
    });
  }

  /** @returns the evicted waiter: the new one, another one, or none */
  private join(ticket: Ticket): Ticket | undefined {
    const own = this.queues.get(ticket.owner) ?? [];
    let evicted: Ticket | undefined;
    if (this.waiting >= this.bounds.queue) {
      const longest = [...this.queues.values()].reduce(
        (most, queue) => (queue.length > most.length ? queue : most),
        own,
      );
      evicted = longest.length > own.length + 1 ? longest.at(-1) : undefined;
      if (!evicted) return ticket;
      this.remove(evicted);
    }
    own.push(ticket);
    this.queues.set(ticket.owner, own);
    this.waiting += 1;
    return evicted;
  }

  /** Passes the slot to the next waiter. */
  private callNext(): void {
    const [[owner, [ticket]] = [NO_OWNER, []]] = this.queues;
    if (!ticket) {
      this.running -= 1;
      return;
    }
    this.remove(ticket);
    const others = this.queues.get(owner);
    // To the end of the round.
    if (others && this.queues.delete(owner)) this.queues.set(owner, others);
    ticket.enter();
  }

  private remove(ticket: Ticket): void {
    const queue = this.queues.get(ticket.owner) ?? [];
    queue.splice(queue.indexOf(ticket), 1);
    if (queue.length === 0) this.queues.delete(ticket.owner);
    this.waiting -= 1;
  }
}
