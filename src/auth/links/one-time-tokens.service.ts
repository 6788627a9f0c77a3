import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan, MoreThan } from 'typeorm';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { LinkBase } from '../../platform/mail/link-base.service';
import { DomainError } from '../../platform/problems/domain-error';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import { LinkPurposes } from './link-purposes.service';
import { OneTimeTokenCodec } from './one-time-token.codec';
import { type OneTimePurpose, OneTimeToken } from './one-time-token.entity';

/** The properties of a new link. */
export type NewOneTimeToken = Pick<OneTimeToken, 'id' | 'userId' | 'purpose' | 'email'>;

const invalidOneTimeToken = (accountId?: string) =>
  new DomainError('invalid_one_time_token', 'The link is not valid: it was used, it expired, or it is not ours.', {
    accountId,
  });

/** Links that prove control of an address and can be used once, even by concurrent requests (ASVS 6.5.1). */
@Injectable()
export class OneTimeTokens {
  constructor(
    private readonly database: Database,
    private readonly codec: OneTimeTokenCodec,
    private readonly linkBase: LinkBase,
    private readonly users: UsersService,
    private readonly clock: Clock,
    private readonly purposes: LinkPurposes,
  ) {}

  /**
   * Issues a token within the caller's transaction; its lifetime starts now. Issuing it again, for a message that could
   * not be sent, restarts the lifetime unless the token was used.
   */
  async issue(token: NewOneTimeToken, tx: Transaction): Promise<void> {
    const now = this.clock.now();
    const row = { ...token, createdAt: now, expiresAt: now + this.purposes.of(token.purpose).lifetimeMs, usedAt: null };
    await tx.manager.delete(OneTimeToken, { userId: token.userId, expiresAt: LessThan(now) });
    await tx.manager
      .createQueryBuilder()
      .insert()
      .into(OneTimeToken)
      .values(row)
      .orUpdate(['expiresAt'], ['id'])
      .execute();
  }

  /**
   * Issues a token unless its message was withdrawn in the meantime; both lock the account.
   * @returns false when the token is no longer wanted
   */
  issueIf(token: NewOneTimeToken, isWanted: (tx: Transaction) => Promise<boolean>): Promise<boolean> {
    return this.users.withLockedUser(token.userId, async (tx) => {
      if (!(await isWanted(tx))) return false;
      await this.issue(token, tx);
      return true;
    });
  }

  /**
   * Template values for a token: the link, with the token in the fragment, which is not sent to servers, and the token
   * itself.
   */
  values({ id, purpose }: Pick<OneTimeToken, 'id' | 'purpose'>): { link: string; token: string } {
    const token = this.codec.encode(id);
    return { token, link: `${this.linkBase.url}/${this.purposes.of(purpose).page}#token=${token}` };
  }

  /** The user's valid token that undoes a change away from this address, in the caller's transaction. */
  undoOf(tx: Transaction, userId: string, email: string): Promise<OneTimeToken | null> {
    const expiresAt = MoreThan(this.clock.now());
    const good = { userId, email, purpose: 'undo-email-change' as const, usedAt: IsNull(), expiresAt };
    return tx.manager.findOne(OneTimeToken, { where: good, order: { createdAt: 'ASC' } });
  }

  /** The owner of a token, without using it. @throws DomainError `invalid_one_time_token` */
  async ownerOf(text: string, ...purposes: OneTimePurpose[]): Promise<User> {
    const { userId } = await this.peek(text, ...purposes);
    const owner = await this.users.findById(userId);
    if (!owner) throw invalidOneTimeToken();
    return owner;
  }

  /**
   * Uses a token and does its work in the same transaction. Of several concurrent uses, one succeeds.
   * @throws DomainError `invalid_one_time_token`
   */
  async redeem<T>(
    text: string,
    purposes: OneTimePurpose[],
    work: (tx: Transaction, token: OneTimeToken, user: User) => Promise<T>,
  ): Promise<T> {
    const token = await this.peek(text, ...purposes);
    const use = async (tx: Transaction, user: User) => {
      const now = this.clock.now();
      const good = { id: token.id, usedAt: IsNull(), expiresAt: MoreThan(now) };
      const { affected } = await tx.manager.update(OneTimeToken, good, { usedAt: now });
      // Links do not work for deactivated accounts; only an administrator can reactivate them.
      if (affected !== 1 || !user.isActive) throw invalidOneTimeToken(user.id);
      return work(tx, token, user);
    };
    return this.users.withLockedUser(token.userId, use, invalidOneTimeToken);
  }

  /**
   * Revokes a user's links of these purposes, within the caller's transaction.
   * @param since only those created at this time or later; epoch milliseconds
   */
  async revoke(tx: Transaction, userId: string, purposes: OneTimePurpose[], since = 0): Promise<void> {
    const good = { userId, purpose: In(purposes), usedAt: IsNull(), createdAt: MoreThan(since - 1) };
    await tx.manager.update(OneTimeToken, good, { usedAt: this.clock.now() });
  }

  /** Deletes expired links. */
  async purge(): Promise<void> {
    await this.database.manager.delete(OneTimeToken, { expiresAt: LessThan(this.clock.now()) });
  }

  private async peek(text: string, ...purposes: OneTimePurpose[]): Promise<OneTimeToken> {
    const id = this.codec.decode(text);
    const token = id === null ? null : await this.database.findById(OneTimeToken, id);
    const isGood = token?.usedAt === null && token.expiresAt > this.clock.now() && purposes.includes(token.purpose);
    if (!token || !isGood) throw invalidOneTimeToken(token?.userId);
    return token;
  }
}
