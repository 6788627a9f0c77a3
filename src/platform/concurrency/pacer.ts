import { LRUCache } from 'lru-cache';

/** The rate for one owner. */
export interface PacerBounds {
  /** How many may follow each other without a wait. */
  burst: number;
  /** Milliseconds between those after the burst. */
  everyMs: number;
  /** Longest wait in milliseconds. */
  maxMs: number;
}

/** Owners that are remembered; the least recently active one is forgotten first. */
const MAX_OWNERS = 10_000;

/** Spreads the requests of each owner over time. */
export class Pacer {
  private readonly turns = new LRUCache<string, number>({ max: MAX_OWNERS });

  constructor(private readonly bounds: PacerBounds) {}

  /** How long this owner's next request has to wait. @param now of a monotonic clock; @returns milliseconds */
  wait(owner: string, now: number): number {
    const { burst, everyMs, maxMs } = this.bounds;
    const earliest = now - burst * everyMs;
    const turn = Math.min(Math.max(this.turns.get(owner) ?? earliest, earliest) + everyMs, now + maxMs);
    this.turns.set(owner, turn);
    return Math.max(turn - now, 0);
  }
}
