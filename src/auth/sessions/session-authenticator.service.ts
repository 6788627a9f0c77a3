import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../platform/database/database.service';
import { Clock } from '../../platform/kernel/clock.service';
import type { Identity } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { SessionLifetimes } from './session-lifetimes.service';
import { Session } from './session.entity';

/** Sessions kept in memory; the least recently used one goes first. */
const MAX_CACHED = 10_000;

interface LiveSession {
  session: Session;
  identity: Identity;
}

/**
 * Who stands behind a session, asked on every request. Where this process alone serves (SQLite), live sessions
 * are kept in memory, and whatever ends or changes one forgets it first, so the answer is exact; what a command writes
 * meanwhile is seen by Database.onExternalWrite. On PostgreSQL another
 * instance may have ended it a moment ago, so the database is asked each time: exact as well, for two lookups by key.
 */
@Injectable()
export class SessionAuthenticator {
  private readonly cache = new LRUCache<string, LiveSession>({ max: MAX_CACHED });
  /** Grows with everything forgotten; what was read before that is not kept. */
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

  /** @returns null when the session has ended or is not this user's, or the account is deactivated */
  async find(sessionId: string, userId: string): Promise<Identity | null> {
    const live = this.cache.get(sessionId) ?? (await this.load(sessionId, userId));
    if (!live || live.identity.id !== userId || this.lifetimes.hasEnded(live.session, this.clock.now())) return null;
    return live.identity;
  }

  /** To be called after a session was ended or used for a refresh. */
  forget(sessionId: string): void {
    this.changes += 1;
    this.cache.delete(sessionId);
  }

  /** To be called after an account, or the sessions of an account, were changed. */
  forgetUser(userId: string): void {
    this.changes += 1;
    for (const [sessionId, { identity }] of [...this.cache]) {
      if (identity.id === userId) this.cache.delete(sessionId);
    }
  }

  /** To be called when anything may have changed: another process wrote to the database. */
  forgetAll(): void {
    this.changes += 1;
    this.cache.clear();
  }

  private async load(sessionId: string, userId: string): Promise<LiveSession | null> {
    const before = this.changes;
    const [session, user] = await Promise.all([
      this.database.findById(Session, sessionId),
      this.users.findById(userId),
    ]);
    if (!session || !user?.isActive || session.userId !== userId) return null;
    const live = { session, identity: { id: userId, sessionId, scopes: null, proof: null, user } };
    if (this.database.isSingleProcess && before === this.changes) this.cache.set(sessionId, live);
    return live;
  }
}
