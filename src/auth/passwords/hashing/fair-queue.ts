import type { HashRequester } from './hash-requester';
import { NetworkQueue } from './network-queue';

/** Bounds of the queue. */
export interface FairQueueBounds {
  /** In total. */
  readonly total: number;
  /** Of one network. */
  readonly perNetwork: number;
  /** Of one known account from one network; further ones wait like strangers. */
  readonly perAccount: number;
}

/**
 * In this many consecutive turns, waiting strangers get one, and known accounts of one network overtake others once.
 */
const CYCLE = 4;

/**
 * A fair queue. Networks are served round-robin, however many requests each has. Known accounts overtake, but those of
 * one network in at most one of four turns, and all of them in at most three of four turns before strangers: neither a
 * flood of strangers nor one of known accounts blocks the others.
 */
export class FairQueue<T extends HashRequester> {
  private readonly networks = new Map<string, NetworkQueue<T>>();
  /** The networks that had the last turns. */
  private recent: string[] = [];
  private turns = 0;
  /** Turns of known accounts since the last turn of a stranger, while strangers waited. */
  private overtaken = 0;
  private count = 0;

  constructor(private readonly bounds: FairQueueBounds) {}

  /** Number of waiting requests. */
  get size(): number {
    return this.count;
  }

  /**
   * Adds a request. When the queue is full, a network with fewer waiting displaces the newest of the network with the
   * most, and a known account displaces a stranger, but strangers keep a quarter of the queue.
   * @returns the evicted request: the new one, which then does not wait, another one, or none
   */
  join(request: T): T | undefined {
    // Before the network that had the last turn, after all others.
    const own = this.networks.get(request.network) ?? new NetworkQueue<T>(this.turns - 0.5);
    const isStranger = request.account === null || own.countOf(request.account) >= this.bounds.perAccount;
    const loser = this.evictFor(own, request, isStranger);
    if (loser === 'newcomer') return request;
    own.add(request, isStranger ? null : request.account);
    this.networks.set(request.network, own);
    this.count += 1;
    return loser;
  }

  /** Removes and returns the next request. */
  next(): T | undefined {
    const waiting = [...this.networks].sort(([, a], [, b]) => a.since - b.since);
    const isForStranger = this.overtaken >= CYCLE - 1 && waiting.some(([, line]) => line.strangerCount > 0);
    const overtaking = waiting.find(([name, line]) => line.hasKnown && !this.recent.includes(name));
    const [name, line] =
      (isForStranger ? waiting.find(([, { strangerCount }]) => strangerCount > 0) : overtaking) ?? waiting[0] ?? [];
    if (name === undefined || !line) return undefined;
    const ofKnown = !isForStranger && line.hasKnown;
    this.overtaken = ofKnown && waiting.some(([, { strangerCount }]) => strangerCount > 0) ? this.overtaken + 1 : 0;
    this.turns += 1;
    line.since = this.turns;
    this.recent = [...this.recent, name].slice(1 - CYCLE);
    const request = line.take(ofKnown);
    this.shrink(name, line);
    return request;
  }

  /** Removes a request that no longer waits. */
  remove(request: T): void {
    const line = this.networks.get(request.network);
    if (line?.remove(request)) this.shrink(request.network, line);
  }

  /** @returns the request evicted for the new one; undefined if there was room; `newcomer` if the new one is refused */
  private evictFor(own: NetworkQueue<T>, newcomer: T, isStranger: boolean): T | undefined | 'newcomer' {
    const { total, perNetwork } = this.bounds;
    if (own.size < perNetwork && this.count < total) return undefined;
    const networkToEvictFrom = own.size < perNetwork ? this.giver(own, isStranger) : undefined;
    const loser = networkToEvictFrom
      ? networkToEvictFrom.dropNewest()
      : own.dropFor(isStranger ? null : newcomer.account);
    if (!loser) return 'newcomer';
    this.shrink(loser.network, networkToEvictFrom ?? own);
    return loser;
  }

  /** The network from which a full queue evicts. */
  private giver(own: NetworkQueue<T>, isStranger: boolean): NetworkQueue<T> | undefined {
    const lines = [...this.networks.values()];
    const crowded = lines.sort((a, b) => b.strangerCount - a.strangerCount)[0];
    const strangers = lines.reduce((sum, { strangerCount }) => sum + strangerCount, 0);
    // As with turns, strangers keep a quarter.
    if (!isStranger && strangers > this.bounds.total / CYCLE) return crowded;
    const longest = lines.sort((a, b) => b.size - a.size)[0];
    return longest && longest.size > own.size + 1 ? longest : undefined;
  }

  private shrink(name: string, line: NetworkQueue<T>): void {
    this.count -= 1;
    if (line.size === 0) this.networks.delete(name);
  }
}
