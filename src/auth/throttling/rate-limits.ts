import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuthConfig } from '../../config/auth.config';
import { ServerConfig } from '../../config/server.config';
import { Attempt } from './attempt';
import { type Limiter, StreakLimiter, WindowLimiter } from './limiters';
import type { Limit, Policy } from './policies';
import { RateLimitStore } from './rate-limit.store';
import { Subjects } from './subjects';

/** Limits on tries. */
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
   * Counts a request; what becomes of the counts is settled when its answer leaves.
   * @throws DomainError `rate_limited` with `Retry-After` when there were too many before
   */
  async admit({ counts, limits, isNeeded }: Policy, request: FastifyRequest): Promise<void> {
    if (!this.config.rateLimits || isNeeded?.(this.auth) === false) return;
    const attempt = new Attempt(counts);
    request.rateLimitedAttempts = [...(request.rateLimitedAttempts ?? []), attempt];
    for (const limit of limits) {
      const key = await this.subjects.key(limit.subject, counts, request);
      if (key !== null) attempt.add(await this.limiter(limit).admit(key));
    }
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
