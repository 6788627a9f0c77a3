import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../platform/database/database.service';
import { isUnavailable } from '../../platform/database/sql/database-errors';
import { Clock } from '../../platform/kernel/clock.service';
import type { Identity } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { ApiToken } from './api-token.entity';
import { hashApiTokenSecret } from './api-token.secret';

/** Cached tokens; the least recently used one is evicted first. */
const MAX_CACHED = 10_000;

/** Accuracy of the time of last use, in milliseconds: a write per request would cost too much. */
const USE_ACCURACY_MS = 60_000;

interface CachedToken {
  token: ApiToken;
  identity: Identity;
}

/**
 * Finds the account of an API token on every request; caches it only where the cache is exact, like
 * SessionAuthenticator.
 */
@Injectable()
export class ApiTokenAuthenticator {
  private readonly cache = new LRUCache<string, CachedToken>({ max: MAX_CACHED });
  private changes = 0;

  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {
    users.changed.subscribe((userId) => this.forgetUser(userId));
    database.onExternalWrite(() => this.forgetAll());
  }

  /** @returns null when the token does not exist or has expired, or its account is deactivated */
  async find(secret: string): Promise<Identity | null> {
    const tokenHash = hashApiTokenSecret(secret);
    if (tokenHash === null) return null;
    const holder = this.cache.get(tokenHash) ?? (await this.load(tokenHash));
    const now = this.clock.now();
    if (!holder || holder.token.expiresAt <= now) return null;
    await this.recordUse(holder.token, now);
    return holder.identity;
  }

  /** Call after an account or one of its tokens was changed or removed. */
  forgetUser(userId: string): void {
    this.changes += 1;
    for (const [tokenHash, { identity }] of [...this.cache]) {
      if (identity.id === userId) this.cache.delete(tokenHash);
    }
  }

  /** Call when anything may have changed because another process wrote to the database. */
  forgetAll(): void {
    this.changes += 1;
    this.cache.clear();
  }

  private async load(tokenHash: string): Promise<CachedToken | null> {
    const before = this.changes;
    const [token] = await this.database.select(ApiToken, '"tokenHash" = $1', [tokenHash]);
    const user = token ? await this.users.findById(token.userId) : null;
    if (!token || !user?.isActive) return null;
    const holder = {
      token,
      identity: { id: user.id, sessionId: null, scopes: token.scopes, authentication: null, user },
    };
    if (this.database.isSingleProcess && before === this.changes) this.cache.set(tokenHash, holder);
    return holder;
  }

  private async recordUse(token: ApiToken, now: number): Promise<void> {
    if (token.lastUsedAt !== null && now - token.lastUsedAt < USE_ACCURACY_MS) return;
    token.lastUsedAt = now;
    try {
      await this.database.manager.update(ApiToken, { id: token.id }, { lastUsedAt: now });
    } catch (error) {
      // A database that is temporarily read-only must not keep a script from reading.
      if (!isUnavailable(error)) throw error;
    }
  }
}
