import { Injectable } from '@nestjs/common';
import { MoreThanOrEqual } from 'typeorm';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Actor } from '../../platform/audit/domain-events';
import type { DataAccess } from '../../platform/database/data-access';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';
import type { Page } from '../../platform/pagination/page';
import type { PageQueryDto } from '../../platform/pagination/page-query.dto';
import { DomainError, quotaExceeded } from '../../platform/problems/domain-error';
import type { Caller } from '../../users/caller';
import type { AccountProof } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import { SignInMethods } from '../factors/sign-in-methods.service';
import { SecurityNotices } from '../notices/security-notices.service';
import { FactorChanges } from '../revocation/factor-changes.service';
import type { Assertion } from './assertions.service';
import { Ceremonies } from './ceremonies/ceremonies.service';
import { PasskeyDto } from './dto/passkey.dto';
import { Passkey } from './passkey.entity';
import type { VerifiedRegistration } from './webauthn/webauthn-verifier.service';

/** The same error for everything that is wrong with a passkey, so that it reveals nothing. */
export const invalidPasskey = (accountId?: string) =>
  new DomainError('invalid_passkey', 'The passkey is not valid. Start over.', { accountId });

/** Passkeys that an account may have. */
const MAX_PASSKEYS = 10;

const OWN = '"userId" = $1';

/** The passkeys of accounts. */
@Injectable()
export class Passkeys {
  private readonly owned;

  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly ceremonies: Ceremonies,
    private readonly changes: FactorChanges,
    private readonly signInMethods: SignInMethods,
    private readonly audit: AuditWriter,
    private readonly notices: SecurityNotices,
    private readonly clock: Clock,
  ) {
    this.owned = database.list(Passkey, { name: 'passkeys', where: OWN, order: ['createdAt', 'id'] });
  }

  /** The passkeys of an account, newest first. */
  list(userId: string, query: PageQueryDto): Promise<Page<Passkey>> {
    return this.owned([userId], query);
  }

  /** All passkeys of an account, oldest first. */
  of(data: DataAccess, userId: string): Promise<Passkey[]> {
    return data.select(Passkey, `${OWN} ORDER BY "createdAt", "id"`, [userId]);
  }

  /** Whether an account has one. */
  has(data: DataAccess, userId: string): Promise<boolean> {
    return data.exists(Passkey, OWN, [userId]);
  }

  /**
   * Adds a passkey within the caller's transaction, which has locked the account. Sign-ins that wait for a second
   * factor end, other than one that adds its first factor.
   * @throws DomainError `quota_exceeded`; `conflict` for a passkey that an account has already
   */
  async add(
    tx: Transaction,
    user: User,
    caller: Caller,
    made: VerifiedRegistration & { name: string },
  ): Promise<Passkey> {
    const { id: userId } = user;
    const used = await tx.count(Passkey, OWN, [userId]);
    if (used >= MAX_PASSKEYS) throw quotaExceeded({ name: 'passkeys', limit: MAX_PASSKEYS, used });
    if (await tx.exists(Passkey, '"credentialId" = $1', [made.credentialId])) {
      throw new DomainError('conflict', 'This passkey was added before.');
    }
    const times = { createdAt: this.clock.now(), lastUsedAt: null };
    const passkey = await tx.insert(Passkey, Object.assign(new Passkey(), { id: newId(), userId, ...made, ...times }));
    await this.changes.afterAdding(tx, user, caller.challengeId);
    const about = { actor: caller, accountId: userId, targetId: passkey.id, details: {} };
    this.audit.record(tx, { type: 'passkey.added', ...about });
    await this.notices.notify(tx, 'passkey-added', user, caller);
    return passkey;
  }

  /** The proof that a right answer is, which uses it up once the account is locked. */
  proofOf(assertion: Assertion): AccountProof {
    const { userId: accountId } = assertion.passkey;
    return {
      ...{ method: 'passkey', at: this.clock.now(), userVerified: true, accountId },
      isCurrent: (tx) => this.use(tx, assertion),
      refusal: () => invalidPasskey(accountId),
    };
  }

  /**
   * Uses an answer up within the caller's transaction: the ceremony is spent, and the counter of the passkey moves on.
   * @returns false when the ceremony is spent, the passkey is gone, or its counter did not grow
   */
  async use(tx: Transaction, { passkey, ceremony, signCount, isBackedUp }: Assertion): Promise<boolean> {
    if (!(await this.ceremonies.spend(tx, ceremony))) return false;
    const change = { signCount, isBackedUp, lastUsedAt: this.clock.now() };
    const grows = '"signCount" < $2 OR ("signCount" = 0 AND $2 = 0)';
    return (await tx.updateWhere(Passkey, change, `"id" = $1 AND (${grows})`, [passkey.id, signCount])) === 1;
  }

  /**
   * Records an answer that was refused because its counter did not grow, and tells the owner: the authenticator may
   * have been copied (WebAuthn L3, 7.2). Does nothing for other refused answers, and only once for each ceremony.
   */
  async reportIfCloned(tx: Transaction, owner: User, actor: Actor, { passkey, ...answer }: Assertion): Promise<void> {
    const current = await tx.findById(Passkey, passkey.id);
    if (!current || answer.signCount > current.signCount || (answer.signCount === 0 && current.signCount === 0)) return;
    if (!(await this.ceremonies.spend(tx, answer.ceremony))) return;
    const about = { accountId: owner.id, targetId: passkey.id, details: {} };
    this.audit.record(tx, { type: 'passkey.cloned', result: 'failure', actor, ...about });
    await this.notices.notify(tx, 'passkey-cloned', owner, { client: actor.client });
  }

  /** Renames a passkey of the caller. @throws DomainError `not_found` */
  rename(caller: Caller, { id }: Pick<Passkey, 'id'>, name: string): Promise<Passkey> {
    return this.database.update(Passkey, { id, userId: caller.id }, { name });
  }

  /**
   * Removes a passkey of the caller, which is refused at once.
   * @throws DomainError `last_sign_in_method` when there would be no way to sign in any more; `not_found`
   */
  remove(caller: Caller, { id }: Pick<Passkey, 'id'>): Promise<void> {
    return this.users.withLockedUser(caller.id, async (tx, user) => {
      await tx.remove(Passkey, { id, userId: user.id });
      await this.signInMethods.assertOneRemains(tx, user.id);
      await this.changes.afterRemoving(tx, user);
      const about = { actor: caller, accountId: user.id, targetId: id, details: {} };
      this.audit.record(tx, { type: 'passkey.removed', ...about });
      await this.notices.notify(tx, 'passkey-removed', user, caller);
    });
  }

  /** Removes passkeys within the caller's transaction. @param since only those added at this time or later @returns their number */
  async removeAll(tx: Transaction, userId: string, since: number): Promise<number> {
    return (await tx.manager.delete(Passkey, { userId, createdAt: MoreThanOrEqual(since) })).affected ?? 0;
  }

  /** All passkeys of an account, for its export. */
  async *export(userId: string): AsyncGenerator<object[]> {
    yield (await this.of(this.database, userId)).map(PasskeyDto.from);
  }
}
