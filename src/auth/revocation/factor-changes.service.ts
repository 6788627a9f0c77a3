import { Injectable } from '@nestjs/common';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Actor } from '../../platform/audit/domain-events';
import type { Transaction } from '../../platform/database/transaction';
import type { ProofMethod } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import { SignInChallenges } from '../challenges/sign-in-challenges.service';
import { SecondFactors } from '../factors/second-factors.service';
import { SecurityNotices } from '../notices/security-notices.service';
import { SessionStore } from '../sessions/session-store.service';
import { TrustedDevices } from '../trusted-devices/trusted-devices.service';

/** A factor that was added or removed. */
export interface ChangedFactor {
  readonly method: ProofMethod;
  /** The kind and the name of it, for people: `Authenticator app "Phone"`. */
  readonly label: string;
}

/** A factor that was added. */
export interface AddedFactor extends ChangedFactor {
  /** The session that added it, which stays; null for none. */
  readonly sessionId: string | null;
  /** The sign-in that had to enroll it, which continues; null for none. */
  readonly challengeId: string | null;
  /** Whether sessions of the account are to need two factors from now on. */
  readonly isDemanded: boolean;
}

/** What follows from a change of the second factors of an account. */
@Injectable()
export class FactorChanges {
  constructor(
    private readonly factors: SecondFactors,
    private readonly challenges: SignInChallenges,
    private readonly devices: TrustedDevices,
    private readonly sessions: SessionStore,
    private readonly users: UsersService,
    private readonly audit: AuditWriter,
    private readonly notices: SecurityNotices,
  ) {}

  /** Call within the transaction that added a factor and has locked the account. */
  async added(tx: Transaction, actor: Actor, user: User, factor: AddedFactor): Promise<void> {
    await this.afterAdding(tx, user, factor.challengeId);
    if (factor.isDemanded && !user.requiresSecondFactor) await this.require(tx, user, factor.sessionId);
    await this.report(tx, 'added', actor, user, factor);
  }

  /**
   * What follows from any new factor: no device stays trusted, and sign-ins that wait for a factor end.
   * @param challengeId a sign-in that continues, because it had to enroll the factor; null for none
   */
  async afterAdding(tx: Transaction, { id }: User, challengeId: string | null): Promise<void> {
    await this.challenges.revoke(tx, id, challengeId);
    await this.devices.removeAll(tx, id);
  }

  /** What follows from any factor that is gone; without one, sessions no longer need two, and recovery codes go. */
  async afterRemoving(tx: Transaction, user: User): Promise<void> {
    await this.afterAdding(tx, user, null);
    if ((await this.factors.enrolled(tx, user.id)).length > 0) return;
    await this.factors.removeAll(tx, user.id);
    if (user.requiresSecondFactor) await this.users.update(tx, user.id, { requiresSecondFactor: false });
  }

  /** Has sessions of the account need two factors from now on: other sessions with fewer end. */
  async require(tx: Transaction, user: User, sessionId: string | null): Promise<void> {
    await this.users.update(tx, user.id, { requiresSecondFactor: true });
    await this.sessions.endBelow(tx, user.id, 'aal2', sessionId);
  }

  /** Call within the transaction that removed a factor and has locked the account. */
  async removed(tx: Transaction, actor: Actor, user: User, factor: ChangedFactor): Promise<void> {
    await this.afterRemoving(tx, user);
    await this.report(tx, 'removed', actor, user, factor);
  }

  /**
   * Removes all factors within the caller's transaction, which has locked the account. @param since only those added at
   * this time or later; epoch milliseconds
   */
  async removeAll(tx: Transaction, actor: Actor, user: User, since = 0): Promise<void> {
    const removed = await this.factors.removeAll(tx, user.id, since);
    await this.afterRemoving(tx, user);
    if (removed === 0) return;
    this.audit.record(tx, { type: 'second-factors.reset', actor, accountId: user.id, details: { removed } });
    await this.notices.notify(tx, 'second-factor-reset', user, { client: actor.client });
  }

  private async report(
    tx: Transaction,
    change: 'added' | 'removed',
    actor: Actor,
    user: User,
    { method, label }: ChangedFactor,
  ): Promise<void> {
    const type = `second-factor.${change}` as const;
    this.audit.record(tx, { type, actor, accountId: user.id, details: { method } });
    await this.notices.notify(tx, `second-factor-${change}`, user, { client: actor.client, factor: label });
  }
}
