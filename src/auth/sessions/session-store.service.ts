import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, IsNull, LessThan, Not } from 'typeorm';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Actor } from '../../platform/audit/domain-events';
import { QuotaConfig } from '../../platform/config/quota.config';
import { Database } from '../../platform/database/database.service';
import { isUnavailable } from '../../platform/database/sql/database-errors';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { isoTime } from '../../platform/kernel/iso-time';
import type { AssuranceLevel } from '../../users/assurance';
import { userActor } from '../../users/caller';
import { SignInChallenges } from '../challenges/sign-in-challenges.service';
import { TrustedDevices } from '../trusted-devices/trusted-devices.service';
import { SessionAuthenticator } from './session-authenticator.service';
import { SessionDto } from './session.dto';
import { Session, type SessionEnd } from './session.entity';

/** Numbers of stored sessions of a user: live, ended, expired, and those from the same client as the new one. */
interface SessionCounts {
  live: number;
  ended: number;
  expired: number;
  alike: number;
}

const COUNTS = `SELECT
    COUNT(*) FILTER (WHERE "expiresAt" >= $2 AND "endedAt" IS NULL) AS "live",
    COUNT(*) FILTER (WHERE "expiresAt" >= $2 AND "endedAt" IS NOT NULL) AS "ended",
    COUNT(*) FILTER (WHERE "expiresAt" < $2) AS "expired",
    COUNT(*) FILTER (WHERE "ipAddress" = $3 AND "userAgent" IS NOT DISTINCT FROM $4) AS "alike"
  FROM "sessions" WHERE "userId" = $1`;

/** Stores sessions: evicts changed sessions from the cache, and records when they end. */
@Injectable()
export class SessionStore {
  constructor(
    private readonly database: Database,
    private readonly authenticator: SessionAuthenticator,
    private readonly challenges: SignInChallenges,
    private readonly devices: TrustedDevices,
    private readonly audit: AuditWriter,
    private readonly clock: Clock,
    private readonly quota: QuotaConfig,
  ) {}

  find(id: string): Promise<Session | null> {
    return this.database.findById(Session, id);
  }

  /** Whether a session was not ended, in the caller's transaction. */
  isLive(tx: Transaction, id: string): Promise<boolean> {
    return tx.manager.existsBy(Session, { id, endedAt: IsNull() });
  }

  /**
   * Adds a session within the caller's transaction, which has locked the account. Deletes the user's expired sessions
   * and enforces the quota: beyond it, the least recently used live sessions end, and the sessions that ended longest
   * ago are deleted. Uses few statements for any number of sessions, which earlier versions or a higher quota may have
   * left.
   * @returns whether the user has logged in from this client before, as far as sessions are stored
   */
  async insert(tx: Transaction, session: Session): Promise<boolean> {
    const { userId, createdAt } = session;
    const { live, ended, expired, alike } = await this.count(tx, session);
    if (expired > 0) await tx.removeWhere(Session, '"userId" = $1 AND "expiresAt" < $2', [userId, createdAt]);
    const most = this.quota.sessions;
    const displaced = live >= most ? await this.displace(tx, session) : 0;
    if (ended + displaced > most) await this.deleteEnded(tx, userId);
    tx.insertLast(Session, session);
    return alike > 0;
  }

  /** Deletes expired sessions. */
  async purge(): Promise<void> {
    await this.database.manager.delete(Session, { expiresAt: LessThan(this.clock.now()) });
  }

  /** Updates a live session unless it was rotated or ended in the meantime. @returns false when it was */
  async rotate({ id, rotation }: Session, change: Partial<Session>): Promise<boolean> {
    const unchanged = { id, rotation, endedAt: IsNull() };
    const { affected } = await this.database.manager.update(Session, unchanged, change);
    this.authenticator.forget(id);
    return affected === 1;
  }

  /** Updates a session within the caller's transaction, which has locked it. */
  async update(tx: Transaction, { id }: Session, change: Partial<Session>): Promise<void> {
    await tx.manager.update(Session, { id }, change);
    tx.afterCommit(() => this.authenticator.forget(id));
  }

  /** Records that a session was used now. A database that rejects writes for now does not refuse the request. */
  async noteUse({ id, lastUsedAt }: Session): Promise<void> {
    const now = this.clock.now();
    try {
      await this.database.manager.update(Session, { id, lastUsedAt, endedAt: IsNull() }, { lastUsedAt: now });
    } catch (error) {
      if (!isUnavailable(error)) throw error;
    }
    this.authenticator.forget(id);
  }

  /** Ends one of the user's sessions. @returns false when there is no such live session */
  end(actor: Actor, { id, userId }: Pick<Session, 'id' | 'userId'>, endReason: SessionEnd): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const change = { endedAt: this.clock.now(), endReason };
      const { affected } = await tx.manager.update(Session, { id, userId, endedAt: IsNull() }, change);
      if (affected !== 1) return false;
      const what = { actor, accountId: userId, targetId: id };
      if (endReason === 'theft') this.audit.record(tx, { type: 'session.theft-detected', ...what, details: {} });
      else this.audit.record(tx, { type: 'session.ended', ...what, details: { reason: endReason } });
      tx.afterCommit(() => this.authenticator.forget(id));
      return true;
    });
  }

  /**
   * Ends the user's sessions within the caller's transaction, and sign-ins that wait for a second factor; no device stays
   * trusted.
   * @param exceptId a session to keep
   * @returns the number of ended sessions
   */
  async endAll(tx: Transaction, userId: string, endReason: SessionEnd, exceptId?: string): Promise<number> {
    await this.challenges.revoke(tx, userId);
    await this.devices.removeAll(tx, userId);
    const ended = { userId, endedAt: IsNull(), ...(exceptId !== undefined && { id: Not(exceptId) }) };
    const { affected } = await tx.manager.update(Session, ended, { endedAt: this.clock.now(), endReason });
    tx.afterCommit(() => this.authenticator.forgetUser(userId));
    return affected ?? 0;
  }

  /** Ends the sessions of a lower level within the caller's transaction. @param exceptId a session to keep */
  async endBelow(tx: Transaction, userId: string, level: AssuranceLevel, exceptId: string | null): Promise<void> {
    const low = { userId, endedAt: IsNull(), level: Not(level), ...(exceptId !== null && { id: Not(exceptId) }) };
    await tx.manager.update(Session, low, { endedAt: this.clock.now(), endReason: 'second-factor-demanded' });
    tx.afterCommit(() => this.authenticator.forgetUser(userId));
  }

  /**
   * Ends the user's sessions in a separate transaction, and records it if any ended. @param exceptId a session to keep
   */
  endMany(actor: Actor, userId: string, exceptId?: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      if ((await this.endAll(tx, userId, 'removed', exceptId)) === 0) return;
      this.audit.record(tx, {
        type: 'session.ended',
        actor,
        accountId: userId,
        details: { reason: exceptId === undefined ? 'all-removed' : 'others-removed' },
      });
    });
  }

  /** All stored sessions of the user, live or not. */
  async *export(userId: string): AsyncGenerator<object[]> {
    const sessions = await this.database.select(Session, '"userId" = $1 ORDER BY "createdAt", "id"', [userId]);
    yield sessions.map((session) => {
      const end = { endedAt: session.endedAt === null ? null : isoTime(session.endedAt), endReason: session.endReason };
      return Object.assign(SessionDto.from(session, ''), end);
    });
  }

  private async count(tx: Transaction, session: Session): Promise<SessionCounts> {
    const { userId, createdAt, ipAddress, userAgent } = session;
    const [counts] = await tx.query<SessionCounts>(COUNTS, [userId, createdAt, ipAddress, userAgent]);
    return counts ?? { live: 0, ended: 0, expired: 0, alike: 0 };
  }

  /** Ends the sessions beyond the quota. @returns their number */
  private async displace(tx: Transaction, { userId, ipAddress, userAgent }: Session): Promise<number> {
    const last = await surplusFrom(tx, { userId, endedAt: IsNull() }, 'lastUsedAt', this.quota.sessions - 1);
    if (!last) return 0;
    const { affected } = await tx.manager
      .createQueryBuilder()
      .update(Session)
      .set({ endedAt: this.clock.now(), endReason: 'displaced' })
      .where({ userId, endedAt: IsNull() })
      .andWhere(`("lastUsedAt" < :lastUsedAt OR ("lastUsedAt" = :lastUsedAt AND "id" <= :id))`, last)
      .execute();
    const sessions = affected ?? 0;
    const one = sessions === 1;
    this.audit.record(tx, {
      type: 'session.ended',
      actor: userActor(userId, { ipAddress, userAgent }),
      accountId: userId,
      ...(one && { targetId: last.id }),
      details: { reason: 'displaced', ...(!one && { sessions }) },
    });
    tx.afterCommit(() => {
      if (one) this.authenticator.forget(last.id);
      else this.authenticator.forgetUser(userId);
    });
    return sessions;
  }

  private async deleteEnded(tx: Transaction, userId: string): Promise<void> {
    const last = await surplusFrom(tx, { userId, endedAt: Not(IsNull()) }, 'endedAt', this.quota.sessions);
    if (!last) return;
    await tx.manager
      .createQueryBuilder()
      .delete()
      .from(Session)
      .where({ userId, endedAt: Not(IsNull()) })
      .andWhere(`("endedAt" < :endedAt OR ("endedAt" = :endedAt AND "id" <= :id))`, last)
      .execute();
  }
}

/** The newest of the surplus sessions: the first after `kept` newer ones. */
function surplusFrom(
  tx: Transaction,
  where: FindOptionsWhere<Session>,
  newest: 'lastUsedAt' | 'endedAt',
  kept: number,
): Promise<Session | null> {
  return tx.manager
    .find(Session, {
      select: { id: true, [newest]: true },
      where,
      order: { [newest]: 'DESC', id: 'DESC' },
      skip: kept,
      take: 1,
    })
    .then(([first = null]) => first);
}
