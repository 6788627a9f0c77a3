import { Injectable } from '@nestjs/common';
import { addressKey } from '../platform/addresses/mailbox';
import { Database } from '../platform/database/database.service';
import { isUniqueViolation } from '../platform/database/sql/database-errors';
import type { Transaction } from '../platform/database/transaction';
import { DomainError } from '../platform/problems/domain-error';
import { canIdentify } from './names';
import { User } from './user.entity';
import { UsersService } from './users.service';

/**
 * Determines which account holds an address: the first whose owner verifies it, regardless of which accounts asserted
 * it before.
 */
@Injectable()
export class EmailAddresses {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
  ) {}

  /** The account that holds an address, and the newest of those that only assert it. */
  async holderAndClaimant(email: string): Promise<{ holder: User | null; claimant: User | null }> {
    const key = addressKey(email);
    const holder = await this.database.selectOne(User, '"emailKey" = $1', [key]);
    const asserting = '"assertedEmailKey" = $1 ORDER BY "createdAt" DESC';
    const claimant = await this.database.selectOne(User, asserting, [key]);
    const named = (user: User | null) => (user && canIdentify(email, user) ? user : null);
    return { holder: named(holder), claimant: named(claimant) };
  }

  /**
   * Gives an account the address that its owner has just verified, within the caller's transaction. Another account
   * that held it unverified only asserts it from then on.
   * @throws DomainError `email_taken` when another account has already verified it
   */
  async prove(tx: Transaction, userId: string, email: string): Promise<void> {
    const emailKey = addressKey(email);
    const holder = await tx.selectOne(User, '"emailKey" = $1', [emailKey]);
    if (holder && holder.id !== userId) await this.displace(tx, holder.id, emailKey);
    try {
      const proven = { email, emailKey, assertedEmailKey: null, emailVerified: true, unprovenSince: null };
      await this.users.update(tx, userId, proven);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new DomainError('email_taken', 'Another account has already verified this address.', {
        errors: [{ pointer: '/email', message: 'is already taken' }],
        cause: error,
      });
    }
  }

  /** Takes an address from an account, unless the account has verified or changed it in the meantime. */
  private async displace(tx: Transaction, id: string, emailKey: string): Promise<void> {
    const unproven = '"id" = $1 AND "emailKey" = $2 AND "emailVerified" = $3';
    const asserted = { emailKey: id, assertedEmailKey: emailKey };
    const affected = await tx.updateWhere(User, asserted, unproven, [id, emailKey, false]);
    if (affected === 1) await this.users.update(tx, id, {});
  }
}
