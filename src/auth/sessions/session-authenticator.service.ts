import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../platform/database/database';
import { Clock } from '../../platform/kernel/clock';
import type { Identity } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { SessionLifetimes } from './session-lifetimes.service';
import { Session } from './session.entity';

/** Sessions kept in memory; the least recently used one goes first. */
const MAX_KEPT = 10_000;

/** A session that has not ended, and the account behind it. */
export interface LiveSession {
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
  private readonly kept = new LRUCache<string, LiveSession>({ max: MAX_KEPT });
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
    return (await this.findLive(sessionId, userId))?.identity ?? null;
  }

  /** As `find`, with the session itself, which must not be changed. */
  async findLive(sessionId: string, userId: string): Promise<LiveSession | null> {
    const live = this.kept.get(sessionId) ?? (await this.load(sessionId, userId));
    const isTheirs = live?.identity.id === userId && !this.lifetimes.isOver(live.session, this.clock.now());
    return isTheirs ? live : null;
  }

  /** To be called after a session was ended or used for a refresh. */
  forget(sessionId: string): void {
    this.changes += 1;
    this.kept.delete(sessionId);
  }

  /** To be called after an account, or the sessions of an account, were changed. */
  forgetUser(userId: string): void {
    this.changes += 1;
    for (const [sessionId, { identity }] of [...this.kept]) {
      if (identity.id === userId) this.kept.delete(sessionId);
    }
  }

  /** To be called when anything may have changed: another process wrote to the database. */
  forgetAll(): void {
    this.changes += 1;
    this.kept.clear();
  }

  private async load(sessionId: string, userId: string): Promise<LiveSession | null> {
    const before = this.changes;
    const [session, user] = await Promise.all([
      this.database.findById(Session, sessionId),
      this.users.findById(userId),
    ]);
    if (!session || !user?.isActive || session.userId !== userId) return null;
    const live = { session, identity: { id: userId, sessionId, scopes: null, proof: null, user } };
    if (this.database.isSingleProcess && before === this.changes) this.kept.set(sessionId, live);
    return live;
  }
}
