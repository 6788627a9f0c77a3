import { Injectable } from '@nestjs/common';
import type { DataAccess } from '../../platform/database/data-access';
import type { Transaction } from '../../platform/database/transaction';
import { UserHandle } from './user-handle.entity';

/** The names by which authenticators know accounts. */
@Injectable()
export class UserHandles {
  /** @returns null for an account that never had a passkey */
  async find(data: DataAccess, userId: string): Promise<Buffer | null> {
    const row = await data.selectOne(UserHandle, '"userId" = $1', [userId]);
    return row && Buffer.from(row.handle, 'base64url');
  }

  /** Gives an account its handle, which it keeps, within the caller's transaction, which has locked the account. */
  async give(tx: Transaction, userId: string, handle: Buffer): Promise<void> {
    await tx.insert(UserHandle, { userId, handle: handle.toString('base64url') });
  }
}
