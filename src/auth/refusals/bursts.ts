/** For how long events like one that was recorded belong to its burst, in milliseconds. */
const BURST_MS = 900_000;

/** Most bursts at a time, from one network and in all: neither the memory nor the audit trail can be filled. */
const MAX_PER_NETWORK = 20;
const MAX_TOTAL = 200;

interface Burst {
  since: number;
  network: string;
}

/** Tells the first of many events that are alike, so that only that one is recorded. Of this process alone. */
export class BurstDetector {
  /** The oldest first. */
  private readonly running = new Map<string, Burst>();

  /**
   * Whether an event begins a burst.
   * @param kind what it is about, apart from the network; a stranger must not be able to make up new ones
   * @param now epoch milliseconds
   */
  begins(network: string, kind: string, now: number): boolean {
    this.forget(now);
    const key = JSON.stringify([network, kind]);
    if (this.running.has(key) || this.running.size >= MAX_TOTAL) return false;
    const ofNetwork = [...this.running.values()].filter((burst) => burst.network === network);
    if (ofNetwork.length >= MAX_PER_NETWORK) return false;
    this.running.set(key, { since: now, network });
    return true;
  }

  private forget(now: number): void {
    for (const [key, { since }] of this.running) {
      if (now < since + BURST_MS) return;
      this.running.delete(key);
    }
  }
}
