import type { HashRequester } from './hash-requester';
import { NetworkQueue } from './network-queue';

/** Bounds of the queue. */
export interface FairQueueBounds {
  /** Total number of waiting requests. */
  readonly total: number;
  /** Waiting requests of one network. */
  readonly perNetwork: number;
  /** Waiting requests of one known account from one network; further ones wait like those of strangers. */
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
    const evicted = this.evictFor(own, request, isStranger);
    if (evicted === 'newcomer') return request;
    own.add(request, isStranger ? null : request.account);
    this.networks.set(request.network, own);
    this.count += 1;
    return evicted;
  }

  /** Removes and returns the next request. */
  next(): T | undefined {
    const waiting = [...this.networks].sort(([, a], [, b]) => a.since - b.since);
    const isForStranger = this.overtaken >= CYCLE - 1 && waiting.some(([, queue]) => queue.strangerCount > 0);
    const overtaking = waiting.find(([name, queue]) => queue.hasKnown && !this.recent.includes(name));
    const [name, queue] =
      (isForStranger ? waiting.find(([, { strangerCount }]) => strangerCount > 0) : overtaking) ?? waiting[0] ?? [];
    if (name === undefined || !queue) return undefined;
    const ofKnown = !isForStranger && queue.hasKnown;
    this.overtaken = ofKnown && waiting.some(([, { strangerCount }]) => strangerCount > 0) ? this.overtaken + 1 : 0;
    this.turns += 1;
    queue.since = this.turns;
    this.recent = [...this.recent, name].slice(1 - CYCLE);
    const request = queue.take(ofKnown);
    this.shrink(name, queue);
    return request;
  }

  /** Removes a request that no longer waits. */
  remove(request: T): void {
    const queue = this.networks.get(request.network);
    if (queue?.remove(request)) this.shrink(request.network, queue);
  }

  /** @returns the request evicted for the new one; undefined if there was room; `newcomer` if the new one is refused */
  private evictFor(own: NetworkQueue<T>, newcomer: T, isStranger: boolean): T | undefined | 'newcomer' {
    const { total, perNetwork } = this.bounds;
    if (own.size < perNetwork && this.count < total) return undefined;
    const crowdedQueue = own.size < perNetwork ? this.queueToEvictFrom(own, isStranger) : undefined;
    const evicted = crowdedQueue ? crowdedQueue.dropNewest() : own.dropFor(isStranger ? null : newcomer.account);
    if (!evicted) return 'newcomer';
    this.shrink(evicted.network, crowdedQueue ?? own);
    return evicted;
  }

  /** The network from which a full queue evicts. */
  private queueToEvictFrom(own: NetworkQueue<T>, isStranger: boolean): NetworkQueue<T> | undefined {
    const queues = [...this.networks.values()];
    const crowded = queues.sort((a, b) => b.strangerCount - a.strangerCount)[0];
    const strangers = queues.reduce((sum, { strangerCount }) => sum + strangerCount, 0);
    // As with turns, strangers keep a quarter.
    if (!isStranger && strangers > this.bounds.total / CYCLE) return crowded;
    const longest = queues.sort((a, b) => b.size - a.size)[0];
    return longest && longest.size > own.size + 1 ? longest : undefined;
  }

  private shrink(name: string, queue: NetworkQueue<T>): void {
    this.count -= 1;
    if (queue.size === 0) this.networks.delete(name);
  }
}
