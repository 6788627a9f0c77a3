import { Injectable } from '@nestjs/common';
import { IsNull, MoreThanOrEqual } from 'typeorm';
import type { DataAccess } from '../../platform/database/data-access';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';
import { newRecoveryCode, recoveryCodeHash } from './recovery-code';
import { RecoveryCode } from './recovery-code.entity';

/** Codes of one set. */
const CODES = 10;

const UNUSED = '"userId" = $1 AND "usedAt" IS NULL';

/** Codes for the loss of other factors. Each is valid once, and they are shown only when they are made. */
@Injectable()
export class RecoveryCodes {
  constructor(private readonly clock: Clock) {}

  /** Replaces the codes of an account within the caller's transaction. @returns the new ones */
  async replace(tx: Transaction, userId: string): Promise<string[]> {
    await this.remove(tx, userId, 0);
    const codes = Array.from({ length: CODES }, newRecoveryCode);
    const createdAt = this.clock.now();
    const rows = codes.map((code) =>
      Object.assign(new RecoveryCode(), {
        ...{ id: newId(), userId, createdAt, usedAt: null },
        hash: recoveryCodeHash(code) ?? '',
      }),
    );
    await tx.insertMany(RecoveryCode, rows);
    return codes;
  }

  /** The number of codes that are good. */
  left(data: DataAccess, userId: string): Promise<number> {
    return data.count(RecoveryCode, UNUSED, [userId]);
  }

  /** Uses a code up within the caller's transaction. @returns false when it is wrong or was used */
  async use(tx: Transaction, userId: string, text: string): Promise<boolean> {
    const hash = recoveryCodeHash(text);
    if (hash === null) return false;
    const change = { usedAt: this.clock.now() };
    const { affected } = await tx.manager.update(RecoveryCode, { userId, hash, usedAt: IsNull() }, change);
    return affected === 1;
  }

  /** Deletes codes within the caller's transaction. @param since only those made at this time or later */
  async remove(tx: Transaction, userId: string, since: number): Promise<number> {
    const { affected } = await tx.manager.delete(RecoveryCode, { userId, createdAt: MoreThanOrEqual(since) });
    return affected ?? 0;
  }
}
