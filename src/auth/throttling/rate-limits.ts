import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuthConfig } from '../../config/auth.config';
import { ServerConfig } from '../../config/server.config';
import { Attempt } from './attempt';
import { type Limiter, StreakLimiter, WindowLimiter } from './limiters';
import { DEVICES, type Limit, type Policy } from './policies';
import { RateLimitStore } from './rate-limit.store';
import { keyOf, Subjects } from './subjects';

declare module 'fastify' {
  interface FastifyRequest {
    /** The name of the limit that refused the request. */
    exceededLimit?: string | undefined;
  }
}

/** A limit that a request is counted for, and by which key. */
interface Applied {
  limit: Limit;
  limiter: Limiter;
  key: string;
}

/** Limits on attempts. */
@Injectable()
export class RateLimits {
  private readonly limiters = new Map<string, Limiter>();

  constructor(
    private readonly config: ServerConfig,
    private readonly auth: AuthConfig,
    private readonly store: RateLimitStore,
    private readonly subjects: Subjects,
  ) {}

  /**
   * Asks all limits of a route, and counts the request only when none refuses it: a refusal writes nothing. What becomes
   * of the counts is settled when the answer leaves.
   * @throws DomainError `rate_limited` with `Retry-After` when there were too many before
   */
  async admit(policies: readonly Policy[], request: FastifyRequest): Promise<void> {
    if (!this.config.rateLimits) return;
    const needed = policies.filter(({ isNeeded }) => isNeeded?.(this.auth) !== false);
    const applied = await this.applied(
      needed.flatMap(({ limits }) => limits),
      request,
    );
    const refusals = await Promise.all(applied.map(({ limiter, key }) => limiter.refusal(key)));
    const refused = refusals.findIndex((refusal) => refusal !== null);
    request.exceededLimit = applied[refused]?.limit.name;
    const refusal = refusals[refused];
    if (refusal) throw refusal;
    const attempt = new Attempt();
    // Should a limit be used up meanwhile, what was counted before it is given back with the answer.
    request.rateLimitedAttempt = attempt;
    for (const { limit, limiter, key } of applied) {
      request.exceededLimit = limit.name;
      attempt.add(limit.counts, await limiter.count(key));
    }
    request.exceededLimit = undefined;
  }

  private async applied(limits: readonly Limit[], request: FastifyRequest): Promise<Applied[]> {
    const facts = await this.subjects.of(limits, request);
    const key = limits.includes(DEVICES) ? keyOf(DEVICES, facts) : null;
    const isSpent = key !== null && (await this.limiter(DEVICES).refusal(key)) !== null;
    const counted = isSpent ? this.subjects.withoutDevice(facts, request) : facts;
    return limits.flatMap((limit) => {
      const key = keyOf(limit, counted);
      return key === null ? [] : [{ limit, limiter: this.limiter(limit), key }];
    });
  }

  private limiter(limit: Limit): Limiter {
    const { name, growingDelay } = limit;
    const made = () =>
      growingDelay ? new StreakLimiter(limit, growingDelay, this.store) : new WindowLimiter(limit, this.store);
    const limiter = this.limiters.get(name) ?? made();
    this.limiters.set(name, limiter);
    return limiter;
  }
}
