import { BoundedMap } from './bounded-map';

/** How fast one owner may go. */
export interface PaceBounds {
  /** How many at once without a wait. */
  burst: number;
  /** Milliseconds from one to the next beyond them. */
  everyMs: number;
  /** Longest wait in milliseconds. */
  mostMs: number;
}

/** Owners that are remembered; the one that came first is forgotten for another one. */
const MOST_OWNERS = 10_000;

/** Spreads what each owner causes over time. */
export class Pace {
  private readonly turns = new BoundedMap<string, number>(MOST_OWNERS);

  constructor(private readonly bounds: PaceBounds) {}

  /** How long this owner's next one has to wait. @param now by a clock that never goes back; @returns milliseconds */
  wait(owner: string, now: number): number {
    const { burst, everyMs, mostMs } = this.bounds;
    const earliest = now - burst * everyMs;
    const turn = Math.min(Math.max(this.turns.get(owner) ?? earliest, earliest) + everyMs, now + mostMs);
    this.turns.set(owner, turn);
    return Math.max(turn - now, 0);
  }
}
