import { LRUCache } from 'lru-cache';

/** How fast one owner may go. */
export interface PacerBounds {
  /** How many at once without a wait. */
  burst: number;
  /** Milliseconds from one to the next beyond them. */
  everyMs: number;
  /** Longest wait in milliseconds. */
  maxMs: number;
}

/** Owners that are remembered; the one that was idle for longest is forgotten for another one. */
const MAX_OWNERS = 10_000;

/** Spreads what each owner causes over time. */
export class Pacer {
  private readonly turns = new LRUCache<string, number>({ max: MAX_OWNERS });

  constructor(private readonly bounds: PacerBounds) {}

  /** How long this owner's next one has to wait. @param now by a clock that never goes back; @returns milliseconds */
  wait(owner: string, now: number): number {
    const { burst, everyMs, maxMs } = this.bounds;
    const earliest = now - burst * everyMs;
    const turn = Math.min(Math.max(this.turns.get(owner) ?? earliest, earliest) + everyMs, now + maxMs);
    this.turns.set(owner, turn);
    return Math.max(turn - now, 0);
  }
}
