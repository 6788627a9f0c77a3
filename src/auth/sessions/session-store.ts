import { Injectable } from '@nestjs/common';
import { type EntityManager, In, IsNull, LessThan, Not } from 'typeorm';
import { AuditTrail } from '../../audit/audit-trail';
import { type Actor, user as userActor } from '../../audit/domain-events';
import { Clock } from '../../common/clock';
import { isoTime } from '../../common/iso-time';
import { QuotaConfig } from '../../config/quota.config';
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
    private readonly quota: QuotaConfig,
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

  /**
   * Adds a session within the caller's transaction, which holds the account. Deletes the user's sessions that expired,
   * and makes room: beyond the quota the oldest live session ends, and the oldest ended one is deleted.
   */
  async insert(manager: EntityManager, session: Session): Promise<void> {
    const { userId, createdAt } = session;
    await manager.delete(Session, { userId, expiresAt: LessThan(createdAt) });
    const kept = await manager.find(Session, {
      select: { id: true, endedAt: true },
      where: { userId },
      order: { createdAt: 'DESC', id: 'DESC' },
    });
    const most = this.quota.sessions;
    const displaced = kept.filter(({ endedAt }) => endedAt === null).slice(most - 1);
    for (const { id } of displaced) await this.displace(manager, id, session);
    const ended = [...displaced, ...kept.filter(({ endedAt }) => endedAt !== null)].slice(most);
    if (ended.length > 0) await manager.delete(Session, { id: In(ended.map(({ id }) => id)) });
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

  /** Ends the user's sessions by themselves, and records it where any ended. @param keptId a session that stays */
  endMany(userId: string, actor: Actor, keptId?: string): Promise<void> {
    return this.database.transaction(async (manager) => {
      if ((await this.endAll(manager, userId, 'removed', keptId)) === 0) return;
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

  private async displace(manager: EntityManager, id: string, { userId, ipAddress, userAgent }: Session): Promise<void> {
    await manager.update(Session, { id }, { endedAt: this.clock.now(), endReason: 'displaced' });
    const actor = userActor(userId, { ipAddress, userAgent });
    const details = { reason: 'displaced' };
    this.audit.record(manager, { type: 'session.ended', actor, accountId: userId, targetId: id, details });
    this.database.afterCommit(manager, () => this.principals.forget(id));
  }
}
