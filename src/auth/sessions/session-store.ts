import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull, LessThan, Not } from 'typeorm';
import { AuditTrail } from '../../audit/audit-trail';
import type { Actor } from '../../audit/domain-events';
import { Clock } from '../../common/clock';
import { isoTime } from '../../common/iso-time';
import { Database } from '../../database/database';
import type { Origin } from '../../http/origin';
import { Principals } from './principals';
import { SessionDto } from './session.dto';
import { Session, type SessionEnd } from './session.entity';

/** The rows of sessions: what begins, changes or ends one forgets what was remembered of it, and is recorded. */
@Injectable()
export class SessionStore {
  constructor(
    private readonly database: Database,
    private readonly principals: Principals,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  find(id: string): Promise<Session | null> {
    return this.database.findById(Session, id);
  }

  /** Whether the user ever logged in like this, as far as sessions are kept. */
  knows(manager: EntityManager, userId: string, { ipAddress, userAgent }: Origin): Promise<boolean> {
    return manager.existsBy(Session, { userId, ipAddress, userAgent: userAgent ?? IsNull() });
  }

  /** Whether nobody ended a session yet, in the caller's transaction. */
  isLive(manager: EntityManager, id: string): Promise<boolean> {
    return manager.existsBy(Session, { id, endedAt: IsNull() });
  }

  /** Adds a session within the caller's transaction, and clears away the user's sessions that expired. */
  async insert(manager: EntityManager, session: Session): Promise<void> {
    await manager.delete(Session, { userId: session.userId, expiresAt: LessThan(session.createdAt) });
    await this.database.insert(Session, session, manager);
  }

  /** Changes a live session that nobody rotated meanwhile. @returns false when somebody did, or ended it */
  async rotate({ id, rotation }: Session, change: Partial<Session>): Promise<boolean> {
    const unchanged = { id, rotation, endedAt: IsNull() };
    const { affected } = await this.database.manager.update(Session, unchanged, change);
    this.principals.forget(id);
    return affected === 1;
  }

  /** Ends one of the user's sessions. @returns false when there is no such live session */
  end({ id, userId }: Pick<Session, 'id' | 'userId'>, endReason: SessionEnd, actor: Actor): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const change = { endedAt: this.clock.now(), endReason };
      const { affected } = await manager.update(Session, { id, userId, endedAt: IsNull() }, change);
      if (affected !== 1) return false;
      const what = { actor, accountId: userId, targetId: id };
      if (endReason === 'theft') this.audit.record(manager, { type: 'session.theft-detected', ...what, details: {} });
      else this.audit.record(manager, { type: 'session.ended', ...what, details: { reason: endReason } });
      this.database.afterCommit(manager, () => this.principals.forget(id));
      return true;
    });
  }

  /**
   * Ends the user's sessions within the caller's transaction.
   * @param keptId a session that stays
   * @returns how many were ended
   */
  async endAll(manager: EntityManager, userId: string, endReason: SessionEnd, keptId?: string): Promise<number> {
    const ended = { userId, endedAt: IsNull(), ...(keptId !== undefined && { id: Not(keptId) }) };
    const { affected } = await manager.update(Session, ended, { endedAt: this.clock.now(), endReason });
    this.database.afterCommit(manager, () => this.principals.forgetUser(userId));
    return affected ?? 0;
  }

  /** Ends the user's sessions by themselves, and records it. @param keptId a session that stays */
  endMany(userId: string, actor: Actor, keptId?: string): Promise<void> {
    return this.database.transaction(async (manager) => {
      await this.endAll(manager, userId, 'removed', keptId);
      this.audit.record(manager, {
        type: 'session.ended',
        actor,
        accountId: userId,
        details: { reason: keptId === undefined ? 'all-removed' : 'others-removed' },
      });
    });
  }

  /** All of the user's sessions that are kept, live or not. */
  async *export(userId: string): AsyncGenerator<object[]> {
    const sessions = await this.database.select(Session, '"userId" = $1 ORDER BY "createdAt", "id"', [userId]);
    yield sessions.map((session) => {
      const end = { endedAt: session.endedAt === null ? null : isoTime(session.endedAt), endReason: session.endReason };
      return Object.assign(SessionDto.from(session, ''), end);
    });
  }
}
