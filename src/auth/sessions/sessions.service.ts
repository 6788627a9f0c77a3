import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull, LessThan, Not } from 'typeorm';
import { Clock } from '../../common/clock';
import { newId } from '../../common/ids';
import type { Page } from '../../common/pagination/page';
import type { PageQueryDto } from '../../common/pagination/page-query.dto';
import { DomainError } from '../../common/problems/domain-error';
import { Database } from '../../database/database';
import { RefreshTokenCodec } from '../tokens/refresh-token.codec';
import type { Origin } from './origin';
import { Principals } from './principals';
import { judgeUse, rotated } from './rotation';
import { SessionLifetimes } from './session-lifetimes';
import { Session, type SessionEnd } from './session.entity';

/** A live session, and the refresh token that continues it. */
export interface SessionGrant {
  session: Session;
  refreshToken: string;
}

const invalidRefreshToken = () =>
  new DomainError('invalid_refresh_token', 'The refresh token is not valid or its session has ended. Log in again.');

/** Sessions: beginning, continuing, listing and ending them. */
@Injectable()
export class SessionsService {
  private readonly liveSessions;

  constructor(
    private readonly database: Database,
    private readonly principals: Principals,
    private readonly lifetimes: SessionLifetimes,
    private readonly tokens: RefreshTokenCodec,
    private readonly clock: Clock,
  ) {
    this.liveSessions = database.list(Session, {
      name: 'sessions',
      where: '"userId" = $1 AND "endedAt" IS NULL AND "expiresAt" > $2 AND "lastUsedAt" > $3',
      order: ['createdAt', 'id'],
    });
  }

  /** Begins a session within the caller's transaction, and clears away the user's sessions that expired. */
  async begin(manager: EntityManager, userId: string, remembered: boolean, origin: Origin): Promise<SessionGrant> {
    const now = this.clock.now();
    const session = Object.assign(new Session(), {
      id: newId(),
      userId,
      rotation: 0,
      recentRotations: [],
      remembered,
      ...origin,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: this.lifetimes.expiresAt(remembered, now),
      endedAt: null,
      endReason: null,
    });
    await manager.delete(Session, { userId, expiresAt: LessThan(now) });
    await manager.insert(Session, session);
    return this.grant(session, session.rotation);
  }

  /**
   * Continues a session by its refresh token. Of concurrent uses exactly one rotates and the others get its answer.
   * @throws DomainError `invalid_refresh_token`; the session has ended for good when the use was theft
   */
  async refresh(refreshToken: string): Promise<SessionGrant> {
    const presented = this.tokens.decode(refreshToken);
    if (!presented) throw invalidRefreshToken();
    for (;;) {
      const now = this.clock.now();
      const session = await this.database.findById(Session, presented.sessionId);
      if (!session || this.lifetimes.isOver(session, now)) throw invalidRefreshToken();
      const use = judgeUse(session, presented.rotation, now);
      if (use === 'repeat') return this.grant(session, presented.rotation + 1);
      if (use === 'theft') {
        await this.end(session, 'theft');
        throw invalidRefreshToken();
      }
      const next = { ...rotated(session, now), lastUsedAt: now };
      const unchanged = { id: session.id, rotation: session.rotation, endedAt: IsNull() };
      const { affected } = await this.database.manager.update(Session, unchanged, next);
      this.principals.forget(session.id);
      if (affected === 1) return this.grant(Object.assign(session, next), next.rotation);
      // Somebody rotated or ended it in between; what is there now decides.
    }
  }

  /** The user's live sessions, newest first. */
  list(userId: string, query: PageQueryDto): Promise<Page<Session>> {
    const now = this.clock.now();
    return this.liveSessions([userId, now, this.lifetimes.idleSince(now)], query);
  }

  /** Ends one of the user's sessions. @returns false when there is no such live session */
  async end({ id, userId }: Pick<Session, 'id' | 'userId'>, endReason: SessionEnd): Promise<boolean> {
    const change = { endedAt: this.clock.now(), endReason };
    const { affected } = await this.database.manager.update(Session, { id, userId, endedAt: IsNull() }, change);
    this.principals.forget(id);
    return affected === 1;
  }

  /** Ends all of the user's sessions but one. */
  async endOthers(userId: string, keptId: string): Promise<void> {
    await this.endAll(this.database.manager, userId, 'removed', keptId);
    this.forgetUser(userId);
  }

  /**
   * Ends the user's sessions within the caller's transaction, which is to call `forgetUser` after it.
   * @param keptId a session that stays
   */
  async endAll(manager: EntityManager, userId: string, endReason: SessionEnd, keptId?: string): Promise<void> {
    const ended = { userId, endedAt: IsNull(), ...(keptId !== undefined && { id: Not(keptId) }) };
    await manager.update(Session, ended, { endedAt: this.clock.now(), endReason });
  }

  /** To be called after a transaction that ended sessions of this user. */
  forgetUser(userId: string): void {
    this.principals.forgetUser(userId);
  }

  private grant(session: Session, rotation: number): SessionGrant {
    return { session, refreshToken: this.tokens.encode({ sessionId: session.id, rotation }) };
  }
}
