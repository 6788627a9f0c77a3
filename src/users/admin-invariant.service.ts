import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction';
import { DomainError } from '../platform/problems/domain-error';
import { User, withRole } from './user.entity';

const ADMINISTRATORS = `"isActive" = $1 AND ${withRole('"roles"', '$2')} ORDER BY "id"`;

/** The active administrators: there has to be one as long as there ever was one. */
@Injectable()
export class AdminInvariant {
  /**
   * To be called in a transaction before this account is deleted, deactivated or no administrator any more. No other
   * transaction can take another administrator away before this one ends; of two that take away each other, one waits here.
   * @throws DomainError `conflict` when the account is the only active administrator
   */
  async assertOneRemainsWithout(tx: Transaction, userId: string): Promise<void> {
    const values = [true, '%,admin,%'];
    await tx.selectLocked(User, ADMINISTRATORS, values);
    // Asked again: the transaction that was waited for may have added an administrator, which the waiting statement does not see.
    const administrators = await tx.select(User, ADMINISTRATORS, values);
    if (administrators.length === 1 && administrators[0]?.id === userId) {
      throw new DomainError('conflict', 'This is the only active administrator; give another account the role first.');
    }
  }
}
