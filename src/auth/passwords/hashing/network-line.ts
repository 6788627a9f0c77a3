import type { HashRequester } from './hash-requester';

/** The requests of one network that wait: those of known accounts in turn by account, and strangers as they came. */
export class NetworkLine<T extends HashRequester> {
  private readonly known = new Map<string, T[]>();
  private readonly strangers: T[] = [];
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

  get hasKnown(): boolean {
    return this.known.size > 0;
  }

  /** How many requests of a known account wait. */
  countOf(account: string): number {
    return this.known.get(account)?.length ?? 0;
  }

  add(request: T, asStranger: boolean): void {
    this.count += 1;
    if (asStranger || request.account === null) this.strangers.push(request);
    else this.known.set(request.account, [...(this.known.get(request.account) ?? []), request]);
  }

  /** The next of the known accounts in turn, or the next stranger. */
  take(ofKnown: boolean): T | undefined {
    const [account, requests] = (ofKnown ? this.known.entries().next().value : undefined) ?? [];
    const request = requests ? requests.shift() : this.strangers.shift();
    if (request) this.count -= 1;
    if (account !== undefined && requests) {
      // To the end of the turn.
      this.known.delete(account);
      if (requests.length > 0) this.known.set(account, requests);
    }
    return request;
  }

  /** Takes the newest out: a stranger, or of the account with the most requests. */
  dropNewest(): T | undefined {
    const newest = this.strangers.at(-1) ?? this.longest()?.at(-1);
    if (newest) this.remove(newest);
    return newest;
  }

  /** Takes the newest out for a known account that has fewer waiting; nobody gives way to a stranger (null) of one network. */
  dropFor(account: string | null): T | undefined {
    if (account === null) return undefined;
    const mayTake = this.strangerCount > 0 || (this.longest()?.length ?? 0) > this.countOf(account) + 1;
    return mayTake ? this.dropNewest() : undefined;
  }

  /** @returns whether it waited here */
  remove(request: T): boolean {
    for (const [account, requests] of [[null, this.strangers] as const, ...this.known]) {
      const index = requests.indexOf(request);
      if (index === -1) continue;
      requests.splice(index, 1);
      this.count -= 1;
      if (account !== null && requests.length === 0) this.known.delete(account);
      return true;
    }
    return false;
  }

  private longest(): T[] | undefined {
    return [...this.known.values()].sort((a, b) => b.length - a.length)[0];
  }
}
