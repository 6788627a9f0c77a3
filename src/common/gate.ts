import pLimit from 'p-limit';
import { overloaded } from './problems/domain-error';

/** Gives the place in the gate back. Call it exactly once. */
export type Leave = () => void;

/** Bounds of a gate. */
export interface GateBounds {
  /** How many may be inside at once. */
  places: number;
  /** How many may wait; the next one is refused at once. */
  queue: number;
  /** Longest wait in milliseconds, then the waiting one is refused. */
  waitMs: number;
  /** What the refused one is told. */
  refusal: string;
}

/** Lets a bounded number in at a time, in the order they came, and refuses with 503 rather than queueing without end. */
export class Gate {
  private readonly limit;

  constructor(private readonly bounds: GateBounds) {
    this.limit = pLimit(bounds.places);
  }

  /** @throws DomainError `overloaded` when the queue is full or the wait too long */
  enter(): Promise<Leave> {
    const { places, queue, waitMs, refusal } = this.bounds;
    return new Promise((entered, refused) => {
      // p-limit counts one that is about to start as pending.
      if (this.limit.activeCount + this.limit.pendingCount >= places + queue) {
        refused(overloaded(refusal));
        return;
      }
      let waiting = true;
      const timer = setTimeout(() => {
        waiting = false;
        refused(overloaded(refusal));
      }, waitMs);
      void this.limit(() => {
        clearTimeout(timer);
        return waiting ? new Promise<void>((leave) => entered(leave)) : undefined;
      });
    });
  }

  /** Enters, does the work, leaves, whatever becomes of the work. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const leave = await this.enter();
    try {
      return await work();
    } finally {
      leave();
    }
  }
}
