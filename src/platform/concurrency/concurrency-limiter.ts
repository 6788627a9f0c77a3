import { overloaded } from '../problems/domain-error';

/** Gives the place in the gate back. Call it exactly once. */
export type Release = () => void;

/** Bounds of a gate. */
export interface ConcurrencyBounds {
  /** How many may be inside at once. */
  places: number;
  /** How many may wait; the next one is refused at once. */
  queue: number;
  /** Longest wait in milliseconds, then the waiting one is refused. */
  waitMs: number;
  /** What the refused one is told. */
  refusal: string;
}

/** The owner of work without an owner of its own. */
const NO_OWNER = '';

interface Ticket {
  owner: string;
  enter: () => void;
  refuse: () => void;
}

/**
 * Lets a bounded number in at a time and refuses with 503 rather than queueing without end. Owners are served in turn,
 * whatever number each has waiting, so that others wait for one of an owner's and not for all of them. Where no more may
 * wait, an owner with fewer waiting takes the place of the newest of the owner with the most.
 */
export class ConcurrencyLimiter {
  /** What waits, by owner; the owner whose turn is next comes first. */
  private readonly lines = new Map<string, Ticket[]>();
  private inside = 0;
  private waiting = 0;

  constructor(private readonly bounds: ConcurrencyBounds) {}

  /** @throws DomainError `overloaded` when there is no place to wait or the wait too long */
  async enter(owner = NO_OWNER): Promise<Release> {
    if (this.inside < this.bounds.places) this.inside += 1;
    else await this.wait(owner);
    return () => this.callNext();
  }

  /** Enters, does the work, leaves, whatever becomes of the work. @throws as `enter` does */
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

  /** @returns the waiter that has no place: the new one, another one, or none */
  private join(ticket: Ticket): Ticket | undefined {
    const own = this.lines.get(ticket.owner) ?? [];
    let evicted: Ticket | undefined;
    if (this.waiting >= this.bounds.queue) {
      const longest = [...this.lines.values()].reduce((most, line) => (line.length > most.length ? line : most), own);
      evicted = longest.length > own.length + 1 ? longest.at(-1) : undefined;
      if (!evicted) return ticket;
      this.remove(evicted);
    }
    own.push(ticket);
    this.lines.set(ticket.owner, own);
    this.waiting += 1;
    return evicted;
  }

  /** Hands the place over to the next waiter. */
  private callNext(): void {
    const [[owner, [ticket]] = [NO_OWNER, []]] = this.lines;
    if (!ticket) {
      this.inside -= 1;
      return;
    }
    this.remove(ticket);
    const others = this.lines.get(owner);
    // Behind all other owners.
    if (others && this.lines.delete(owner)) this.lines.set(owner, others);
    ticket.enter();
  }

  private remove(ticket: Ticket): void {
    const line = this.lines.get(ticket.owner) ?? [];
    line.splice(line.indexOf(ticket), 1);
    if (line.length === 0) this.lines.delete(ticket.owner);
    this.waiting -= 1;
  }
}
