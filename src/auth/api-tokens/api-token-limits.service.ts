import { Injectable } from '@nestjs/common';
import { AuthConfig } from '../../platform/config/auth.config';
import { QuotaConfig } from '../../platform/config/quota.config';
import type { Transaction } from '../../platform/database/transaction';
import { quotaExceeded } from '../../platform/problems/domain-error';
import { validationFailed } from '../../platform/validation/request-validation.pipe';
import { ApiToken } from './api-token.entity';

/** The lifetime of API tokens, and their maximum number per account. */
@Injectable()
export class ApiTokenLimits {
  constructor(
    private readonly config: AuthConfig,
    private readonly quota: QuotaConfig,
  ) {}

  /**
   * Call in a transaction that has locked the account, after its expired tokens were deleted.
   * @throws DomainError `quota_exceeded` when the user has the maximum number of tokens
   */
  async assertRoom(tx: Transaction, userId: string): Promise<void> {
    const used = await tx.manager.countBy(ApiToken, { userId });
    const limit = this.quota.apiTokens;
    if (used >= limit) throw quotaExceeded({ name: 'apiTokens', limit, used });
  }

  /**
   * When a token created now expires, in epoch milliseconds.
   * @param asked in ISO 8601; the default lifetime when left out
   * @throws DomainError `validation_failed` for the past, or a lifetime that is too long
   */
  endOf(asked: string | undefined, now: number): number {
    if (asked === undefined) return now + this.config.apiTokenTtl * 1000;
    const end = Date.parse(asked);
    if (!(end > now)) throw validationFailed([{ pointer: '/expiresAt', message: 'must be in the future' }]);
    const most = now + this.config.apiTokenMaxTtl * 1000;
    if (end > most) {
      const days = Math.floor(this.config.apiTokenMaxTtl / 86_400);
      throw validationFailed([{ pointer: '/expiresAt', message: `must be within ${days} days` }]);
    }
    return end;
  }
}
