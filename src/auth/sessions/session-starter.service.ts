import { Injectable } from '@nestjs/common';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Transaction } from '../../platform/database/transaction';
import { authenticationBy } from '../../users/assurance';
import { type AnonymousCaller, userActor } from '../../users/caller';
import type { Proof } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import { FactorResets } from '../factors/factor-resets.service';
import { SecurityNotices } from '../notices/security-notices.service';
import { type SessionGrant, SessionsService } from './sessions.service';

/** Properties of a new session. */
export interface SessionStart {
  /** Kept for 30 days instead of 24 hours. */
  remembered: boolean;
  /** The account is new, or the device is known: no notice is needed. */
  isExpected: boolean;
  /** The id of the device, if it has logged in before to the account. */
  deviceId?: string | undefined;
}

/** Starts sessions: records them, and notifies the owner of a login from a new device. */
@Injectable()
export class SessionStarter {
  constructor(
    private readonly sessions: SessionsService,
    private readonly audit: AuditWriter,
    private readonly notices: SecurityNotices,
    private readonly resets: FactorResets,
    private readonly users: UsersService,
  ) {}

  /**
   * Starts a session within the caller's transaction. Only `SignInService` calls it, which knows what has to be proven.
   */
  async begin(
    { client }: AnonymousCaller,
    tx: Transaction,
    user: User,
    proofs: readonly Proof[],
    { remembered, isExpected }: SessionStart,
  ): Promise<SessionGrant> {
    await this.resets.cancel(tx, userActor(user.id, client), user);
    if (user.unprovenSince !== null) await this.users.update(tx, user.id, { unprovenSince: null });
    const { isFamiliar, ...grant } = await this.sessions.begin(tx, user.id, {
      remembered,
      client,
      ...authenticationBy(proofs),
    });
    const newDevice = !isExpected && !isFamiliar;
    this.audit.record(tx, {
      type: 'session.started',
      actor: userActor(user.id, client),
      accountId: user.id,
      targetId: grant.session.id,
      details: { remembered, newDevice },
    });
    if (newDevice) await this.notices.notify(tx, 'new-device', user, { client });
    return grant;
  }
}
