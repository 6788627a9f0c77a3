import { Injectable } from '@nestjs/common';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { DataAccess } from '../../platform/database/data-access';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { userActor } from '../../users/caller';
import type { Proof } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { type FactorEvidence, type FactorUse, IsSecondFactor, type SecondFactor } from '../factors/second-factor';
import { SecurityNotices } from '../notices/security-notices.service';
import { RecoveryCodes } from './recovery-codes.service';

declare module '../factors/second-factor' {
  interface FactorEvidence {
    recoveryCode?: string;
  }
}

/** Recovery codes as a second factor. Its owner is told of each use, and how many are left. */
@Injectable()
@IsSecondFactor()
export class RecoveryCodeFactor implements SecondFactor {
  readonly method = 'recovery_code';
  readonly isGuessable = false;

  constructor(
    private readonly codes: RecoveryCodes,
    private readonly audit: AuditWriter,
    private readonly notices: SecurityNotices,
    private readonly clock: Clock,
  ) {}

  reads({ recoveryCode }: FactorEvidence): boolean {
    return recoveryCode !== undefined;
  }

  async isEnrolled(data: DataAccess, userId: string): Promise<boolean> {
    return (await this.codes.left(data, userId)) > 0;
  }

  list(): Promise<[]> {
    return Promise.resolve([]);
  }

  async verify(
    tx: Transaction,
    user: User,
    { recoveryCode = '' }: FactorEvidence,
    use: FactorUse,
  ): Promise<Proof | null> {
    if (!(await this.codes.use(tx, user.id, recoveryCode))) return null;
    const left = await this.codes.left(tx, user.id);
    const actor = userActor(user.id, use.client);
    this.audit.record(tx, { type: 'recovery-code.used', actor, accountId: user.id, details: { left } });
    await this.notices.notify(tx, 'recovery-code-used', user, { client: use.client, codesLeft: left });
    return { method: this.method, at: this.clock.now() };
  }

  removeAll(tx: Transaction, userId: string, since: number): Promise<number> {
    return this.codes.remove(tx, userId, since);
  }
}
