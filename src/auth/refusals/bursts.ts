/** Duration of a burst from its first event, in milliseconds. */
const BURST_MS = 900_000;

/** Maximum concurrent bursts, per network and in total, which bounds memory and the audit trail. */
const MAX_PER_NETWORK = 20;
const MAX_TOTAL = 200;

interface Burst {
  since: number;
  network: string;
}

/** Detects the first of many similar events, so that only that one is recorded. Per process. */
export class BurstDetector {
  /** Oldest first. */
  private readonly running = new Map<string, Burst>();

  /**
   * Whether an event begins a burst.
   * @param kind the kind of event, apart from the network; clients must not be able to invent new kinds
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
