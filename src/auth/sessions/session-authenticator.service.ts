import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../platform/database/database.service';
import { Clock } from '../../platform/kernel/clock.service';
import type { Identity } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { SessionLifetimes } from './session-lifetimes.service';
import { authenticationOf, Session } from './session.entity';

/** Cached sessions; the least recently used one is evicted first. */
const MAX_CACHED = 10_000;

/** A session that has not ended, and its account. */
export interface LiveSession {
  session: Session;
  identity: Identity;
}

/**
 * Finds the account of a session on every request. Where this process is the only server (SQLite), live sessions are
 * cached. Code that ends or changes a session evicts it, so the cache is exact; Database.onExternalWrite detects writes
 * of commands. On PostgreSQL, another instance may have just ended the session, so each request reads the database:
 * also exact, with two lookups by key.
 */
@Injectable()
export class SessionAuthenticator {
  private readonly cache = new LRUCache<string, LiveSession>({ max: MAX_CACHED });
  /** Increases with every eviction; rows read before an eviction are not cached. */
  private changes = 0;

  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly lifetimes: SessionLifetimes,
    private readonly clock: Clock,
  ) {
    users.changed.subscribe((userId) => this.forgetUser(userId));
    database.onExternalWrite(() => this.forgetAll());
  }

  /** @returns null when the session has ended or belongs to another user, or the account is deactivated */
  async find(sessionId: string, userId: string): Promise<Identity | null> {
    // Not by findLive: one more promise for each request of the API would be measurable.
    const live = this.cache.get(sessionId) ?? (await this.load(sessionId, userId));
    return this.isLiveOf(live, userId) ? live.identity : null;
  }

  /** Like `find`, with the session itself, which the caller must not change. */
  async findLive(sessionId: string, userId: string): Promise<LiveSession | null> {
    const live = this.cache.get(sessionId) ?? (await this.load(sessionId, userId));
    return this.isLiveOf(live, userId) ? live : null;
  }

  /** Call after a session was ended or refreshed. */
  forget(sessionId: string): void {
    this.changes += 1;
    this.cache.delete(sessionId);
  }

  /** Call after an account or its sessions were changed. */
  forgetUser(userId: string): void {
    this.changes += 1;
    for (const [sessionId, { identity }] of [...this.cache]) {
      if (identity.id === userId) this.cache.delete(sessionId);
    }
  }

  /** Call when anything may have changed because another process wrote to the database. */
  forgetAll(): void {
    this.changes += 1;
    this.cache.clear();
  }

  private isLiveOf(live: LiveSession | null, userId: string): live is LiveSession {
    return live?.identity.id === userId && !this.lifetimes.hasEnded(live.session, this.clock.now());
  }

  private async load(sessionId: string, userId: string): Promise<LiveSession | null> {
    const before = this.changes;
    const [session, user] = await Promise.all([
      this.database.findById(Session, sessionId),
      this.users.findById(userId),
    ]);
    if (!session || !user?.isActive || session.userId !== userId) return null;
    const identity = { id: userId, sessionId, scopes: null, authentication: authenticationOf(session), user };
    const live = { session, identity };
    if (this.database.isSingleProcess && before === this.changes) this.cache.set(sessionId, live);
    return live;
  }
}
