import { Injectable } from '@nestjs/common';
import type { DataAccess } from '../../platform/database/data-access';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import type { Proof } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { type FactorEvidence, type FactorSummary, IsSecondFactor, type SecondFactor } from '../factors/second-factor';
import { TotpAuthenticators } from './totp-authenticators.service';

declare module '../factors/second-factor' {
  interface FactorEvidence {
    totp?: string;
  }
}

/** Codes of authenticator apps as a second factor. */
@Injectable()
@IsSecondFactor()
export class TotpFactor implements SecondFactor {
  readonly method = 'totp';
  readonly isGuessable = true;

  constructor(
    private readonly authenticators: TotpAuthenticators,
    private readonly clock: Clock,
  ) {}

  reads({ totp }: FactorEvidence): boolean {
    return totp !== undefined;
  }

  isEnrolled(data: DataAccess, userId: string): Promise<boolean> {
    return this.authenticators.isEnrolled(data, userId);
  }

  list(data: DataAccess, userId: string): Promise<readonly FactorSummary[]> {
    return this.authenticators.list(data, userId);
  }

  async verify(tx: Transaction, { id }: User, { totp = '' }: FactorEvidence): Promise<Proof | null> {
    for (const authenticator of await this.authenticators.list(tx, id)) {
      if (await this.authenticators.accept(tx, authenticator, totp, false)) {
        return { method: this.method, at: this.clock.now() };
      }
    }
    return null;
  }

  removeAll(tx: Transaction, userId: string, since: number): Promise<number> {
    return this.authenticators.removeAll(tx, userId, since);
  }
}
