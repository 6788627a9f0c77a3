import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Release, FairShares } from '../../platform/concurrency/fair-shares';
import { AuthConfig } from '../../platform/config/auth.config';
import { ServerConfig } from '../../platform/config/server.config';
import { Features } from '../../platform/features/features.service';
import { clientAddress } from '../../platform/http/client/client-address';
import { networkOf } from '../../platform/http/client/network';
import { overloaded } from '../../platform/problems/domain-error';
import { Attempt } from './attempt';
import type { Counts } from './counters/counter-table';
import type { Limit, Policy } from './counters/limit';
import { type Limiter, StreakLimiter, WindowLimiter } from './counters/limiters';
import { RateLimitStore } from './counters/rate-limit.store';
import { DEVICES } from './policies';
import { type CountedBy, keyOf, RateLimitKeys } from './rate-limit-keys.service';

declare module '../../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /** The policies of the feature's routes: `@RateLimit()` accepts no others. */
    readonly rateLimits?: readonly Policy[];
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The name of the limit that refused the request. */
    exceededLimit?: string | undefined;
  }
}

/** Minimum bound on concurrent requests of one client network; the queue for hashes may need more. */
const MIN_IN_PROGRESS = 64;

/** A limit that applies to a request, and the key that it counts by. */
interface AppliedLimit {
  limit: Limit;
  limiter: Limiter;
  key: string;
}

/** Limits on attempts. */
@Injectable()
export class RateLimits {
  private readonly limiters: ReadonlyMap<Limit, Limiter>;
  private readonly inProgress: FairShares;

  constructor(
    private readonly config: ServerConfig,
    private readonly auth: AuthConfig,
    private readonly store: RateLimitStore,
    private readonly keys: RateLimitKeys,
    features: Features,
  ) {
    const policies = features.all.flatMap(({ rateLimits = [] }) => rateLimits);
    this.limiters = limitersOf(new Set(policies.flatMap(({ limits }) => limits)), store);
    // Room for all hashes that run or may wait; see HashQueue.
    const hashing = auth.hashConcurrency + Math.ceil(auth.hashQueue / 2);
    this.inProgress = new FairShares({ each: Math.max(MIN_IN_PROGRESS, hashing), total: Infinity });
  }

  /**
   * Bounds the concurrent requests of a client network, checks all limits of a route, and counts the request only if
   * none refuses it: a refusal writes nothing. If a concurrent request reaches a limit first, the other counts are
   * given back. The counts are settled when the response is sent.
   * @throws DomainError `overloaded` when too many requests of the network are in progress, `rate_limited` when a limit
   * is reached, both with `Retry-After`
   */
  async admit(policies: readonly Policy[], request: FastifyRequest): Promise<void> {
    const attempt = new Attempt(this.store, this.enter(request));
    request.rateLimitedAttempt = attempt;
    if (!this.config.rateLimits) return;
    const needed = policies.filter(({ isNeeded }) => isNeeded?.(this.auth, request.body) !== false);
    const limits = [...new Set(needed.flatMap(({ limits }) => limits))];
    const countedBy = await this.keys.of(limits, request);
    const withoutDevice = this.applied(limits, { ...countedBy, device: undefined });
    const withDevice = countedBy.device === undefined ? withoutDevice : this.applied(limits, countedBy);
    const rows = new Set([...withDevice, ...withoutDevice].flatMap(({ limiter, key }) => limiter.rows(key)));
    const read = (await this.store.read([...rows])) ?? new Map<string, never>();
    const isSpent = withDevice.some(
      ({ limit, limiter, key }) => limit === DEVICES && limiter.refusal(key, read) !== null,
    );
    // Beyond the limit of all known devices, a device counts like any other.
    if (isSpent) request.knownDevice = undefined;
    const applied = isSpent ? withoutDevice : withDevice;
    this.refuse(applied, read, request);
    await this.count(applied, read, attempt, request);
  }

  private refuse(applied: readonly AppliedLimit[], read: Counts, request: FastifyRequest): void {
    for (const { limit, limiter, key } of applied) {
      const refusal = limiter.refusal(key, read);
      if (!refusal) continue;
      request.exceededLimit = limit.name;
      throw refusal;
    }
  }

  private async count(applied: readonly AppliedLimit[], read: Counts, attempt: Attempt, request: FastifyRequest) {
    const increments = applied.map(({ limiter, key }) => limiter.first(key, read));
    const counted = await this.store.count(increments);
    for (const [index, { limit, limiter, key }] of applied.entries()) {
      try {
        attempt.add(limit.counts, await limiter.admit(key, counted));
      } catch (error) {
        request.exceededLimit = limit.name;
        await this.store.settle({ giveBack: increments.slice(index + 1).map((later) => later.key), forget: [] });
        throw error;
      }
    }
  }

  /** In progress until its response is sent, even if the client has disconnected: its work still runs. */
  private enter(request: FastifyRequest): Release {
    const leave = this.inProgress.take({ account: null, network: networkOf(clientAddress(request)) }, 1);
    if (!leave) throw overloaded('Too many requests from your network at once; try again shortly.');
    return leave;
  }

  private applied(limits: readonly Limit[], countedBy: CountedBy): AppliedLimit[] {
    return limits.flatMap((limit) => {
      const key = keyOf(limit, countedBy);
      return key === null ? [] : [{ limit, limiter: this.limiter(limit), key }];
    });
  }

  private limiter(limit: Limit): Limiter {
    const limiter = this.limiters.get(limit);
    if (!limiter) throw new TypeError(`No feature registers the limit ${limit.name}`);
    return limiter;
  }
}

/** @throws TypeError when two limits have the same name, and so the same counters */
function limitersOf(limits: ReadonlySet<Limit>, store: RateLimitStore): Map<Limit, Limiter> {
  const names = new Set<string>();
  const made = new Map<Limit, Limiter>();
  for (const limit of limits) {
    const { name, growingDelay } = limit;
    if (names.has(name)) throw new TypeError(`There are two limits named ${name}`);
    names.add(name);
    made.set(limit, growingDelay ? new StreakLimiter(limit, growingDelay, store) : new WindowLimiter(limit, store));
  }
  return made;
}
