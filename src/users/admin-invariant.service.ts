import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction';
import { DomainError } from '../platform/problems/domain-error';
import { User, withRole } from './user.entity';

const ADMINISTRATORS = `"isActive" = $1 AND ${withRole('"roles"', '$2')} ORDER BY "id"`;

/** Ensures that the last active administrator is not removed. */
@Injectable()
export class AdminInvariant {
  /**
   * Call in a transaction before this account is deleted, deactivated or loses the role. It locks the administrators,
   * so that no other transaction can remove one before this one ends.
   * @throws DomainError `conflict` when the account is the only active administrator
   */
  async assertOneRemainsWithout(tx: Transaction, userId: string): Promise<void> {
    const values = [true, '%,admin,%'];
    await tx.selectLocked(User, ADMINISTRATORS, values);
    // Read again: the transaction that held the lock may have added an administrator, which the waiting statement does
    // not see.
    const administrators = await tx.select(User, ADMINISTRATORS, values);
    if (administrators.length === 1 && administrators[0]?.id === userId) {
      throw new DomainError('conflict', 'This is the only active administrator; give another account the role first.');
    }
  }
}
