import type { HashRequester } from './hash-requester';

/** Requests of one account. */
interface AccountQueue<T> {
  /** Its position in the round of known accounts of this network: the turn count at its last turn or arrival. */
  since: number;
  readonly requests: T[];
}

/** The waiting requests of one network: known accounts round-robin, strangers in order of arrival. */
export class NetworkQueue<T extends HashRequester> {
  private readonly known = new Map<string, AccountQueue<T>>();
  private readonly strangers: T[] = [];
  private turns = 0;
  private count = 0;

  /** @param since the turn count at its last turn or arrival */
  constructor(public since: number) {}

  /** Number of waiting requests. */
  get size(): number {
    return this.count;
  }

  /** Number of waiting strangers. */
  get strangerCount(): number {
    return this.strangers.length;
  }

  /** Whether requests of known accounts wait. */
  get hasKnown(): boolean {
    return this.known.size > 0;
  }

  /** Number of waiting requests of a known account. */
  countOf(account: string): number {
    return this.known.get(account)?.requests.length ?? 0;
  }

  /** @param account null for a stranger */
  add(request: T, account: string | null): void {
    this.count += 1;
    if (account === null) {
      this.strangers.push(request);
      return;
    }
    const queue = this.known.get(account) ?? newcomer<T>(this.turns);
    queue.requests.push(request);
    this.known.set(account, queue);
  }

  /** Removes and returns the next request of the known accounts, or of the strangers. */
  take(ofKnown: boolean): T | undefined {
    const [next] = ofKnown ? [...this.known.values()].sort((a, b) => a.since - b.since) : [];
    const request = next ? next.requests[0] : this.strangers[0];
    if (next) next.since = this.turns += 1;
    if (request) this.remove(request);
    return request;
  }

  /** Removes the newest request: of a stranger, or else of the account with the most. */
  dropNewest(): T | undefined {
    const newest = this.strangers.at(-1) ?? this.longest()?.at(-1);
    if (newest) this.remove(newest);
    return newest;
  }

  /**
   * Removes the newest request in favor of a known account that has fewer waiting; a stranger (null) displaces no
   * other.
   */
  dropFor(account: string | null): T | undefined {
    if (account === null) return undefined;
    const mayTake = this.strangerCount > 0 || (this.longest()?.length ?? 0) > this.countOf(account) + 1;
    return mayTake ? this.dropNewest() : undefined;
  }

  /** @returns whether it was waiting here */
  remove(request: T): boolean {
    for (const [account, requests] of this.queues()) {
      const index = requests.indexOf(request);
      if (index === -1) continue;
      requests.splice(index, 1);
      this.count -= 1;
      if (account !== null && requests.length === 0) this.known.delete(account);
      return true;
    }
    return false;
  }

  private queues(): (readonly [string | null, T[]])[] {
    return [[null, this.strangers], ...[...this.known].map(([account, { requests }]) => [account, requests] as const)];
  }

  private longest(): T[] | undefined {
    return this.queues()
      .filter(([account]) => account !== null)
      .map(([, requests]) => requests)
      .sort((a, b) => b.length - a.length)[0];
  }
}

/**
 * Before the account that had the last turn and after all others, so that an account that returns at once waits no
 * longer than one that floods.
 */
const newcomer = <T>(turns: number): AccountQueue<T> => ({ since: turns - 0.5, requests: [] });
