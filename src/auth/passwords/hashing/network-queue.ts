import type { HashRequester } from './hash-requester';

/** Requests of one account. */
interface AccountQueue<T> {
  /** The turn of this network's known after which it waits: of its last turn, or when it came. */
  since: number;
  readonly requests: T[];
}

/** The requests of one network that wait: those of known accounts in turn by account, and strangers as they came. */
export class NetworkQueue<T extends HashRequester> {
  private readonly known = new Map<string, AccountQueue<T>>();
  private readonly strangers: T[] = [];
  private turns = 0;
  private count = 0;

  /** @param since the turn after which it waits: of its last turn, or when it came */
  constructor(public since: number) {}

  /** How many wait. */
  get size(): number {
    return this.count;
  }

  /** How many strangers wait. */
  get strangerCount(): number {
    return this.strangers.length;
  }

  /** Whether known accounts wait. */
  get hasKnown(): boolean {
    return this.known.size > 0;
  }

  /** How many requests of a known account wait. */
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
    const line = this.known.get(account) ?? newcomer<T>(this.turns);
    line.requests.push(request);
    this.known.set(account, line);
  }

  /** The next of the known accounts in turn, or the next stranger. */
  take(ofKnown: boolean): T | undefined {
    const [next] = ofKnown ? [...this.known.values()].sort((a, b) => a.since - b.since) : [];
    const request = next ? next.requests[0] : this.strangers[0];
    if (next) next.since = this.turns += 1;
    if (request) this.remove(request);
    return request;
  }

  /** Takes the newest out: a stranger, or of the account with the most requests. */
  dropNewest(): T | undefined {
    const newest = this.strangers.at(-1) ?? this.longest()?.at(-1);
    if (newest) this.remove(newest);
    return newest;
  }

  /** Takes the newest out for a known account that has fewer waiting; no stranger (null) makes another one go. */
  dropFor(account: string | null): T | undefined {
    if (account === null) return undefined;
    const mayTake = this.strangerCount > 0 || (this.longest()?.length ?? 0) > this.countOf(account) + 1;
    return mayTake ? this.dropNewest() : undefined;
  }

  /** @returns whether it waited here */
  remove(request: T): boolean {
    for (const [account, requests] of this.lines()) {
      const index = requests.indexOf(request);
      if (index === -1) continue;
      requests.splice(index, 1);
      this.count -= 1;
      if (account !== null && requests.length === 0) this.known.delete(account);
      return true;
    }
    return false;
  }

  private lines(): (readonly [string | null, T[]])[] {
    return [[null, this.strangers], ...[...this.known].map(([account, { requests }]) => [account, requests] as const)];
  }

  private longest(): T[] | undefined {
    return this.lines()
      .filter(([account]) => account !== null)
      .map(([, requests]) => requests)
      .sort((a, b) => b.length - a.length)[0];
  }
}

/** Before the account that had the last turn, behind all others, so that one that returns at once waits no longer than one that floods. */
const newcomer = <T>(turns: number): AccountQueue<T> => ({ since: turns - 0.5, requests: [] });
