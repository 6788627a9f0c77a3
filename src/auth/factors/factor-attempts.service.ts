import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { DomainError } from '../../platform/problems/domain-error';
import { UsersService } from '../../users/users.service';
import { delayAfter, FREEZING_FAILURES } from './attempt-delay';
import { FactorAttempts } from './factor-attempts.entity';

/** Counts wrong codes of an account over all routes that judge one, and over restarts. */
@Injectable()
export class FactorAttemptCounter {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts an attempt before its code is judged, in a transaction of its own: it stays counted whatever comes after.
   * @returns the attempts in a row, this one included
   * @throws DomainError `rate_limited` while a delay runs, or when there were too many wrong codes
   */
  count(userId: string): Promise<number> {
    return this.users.withLockedUser(userId, async (tx) => {
      const now = this.clock.now();
      const row = await tx.manager.findOneBy(FactorAttempts, { userId });
      const { failures, blockedUntil } = row ?? { failures: 0, blockedUntil: 0 };
      if (failures >= FREEZING_FAILURES) throw frozen();
      if (blockedUntil > now) throw delayed(blockedUntil - now);
      const delay = delayAfter(failures + 1);
      // No time at all without a delay: the clock may be set back.
      const change = { failures: failures + 1, blockedUntil: delay === 0 ? 0 : now + delay };
      if (row) await tx.manager.update(FactorAttempts, { userId }, change);
      else await tx.manager.insert(FactorAttempts, { userId, ...change });
      return change.failures;
    });
  }

  /** Takes an attempt back that could not be judged, because the server failed. */
  async uncount(userId: string): Promise<void> {
    await this.users.withLockedUser(userId, async (tx) => {
      const row = await tx.manager.findOneBy(FactorAttempts, { userId });
      const failures = Math.max(0, (row?.failures ?? 0) - 1);
      await tx.manager.update(FactorAttempts, { userId }, { failures, blockedUntil: 0 });
    });
  }

  /** Forgets the wrong codes after a success, within the caller's transaction. */
  async reset(tx: Transaction, userId: string): Promise<void> {
    await tx.manager.delete(FactorAttempts, { userId });
  }

  /** Whether codes of the account are refused until another factor is proven. */
  async isFrozen(userId: string): Promise<boolean> {
    const row = await this.database.manager.findOneBy(FactorAttempts, { userId });
    return row !== null && row.failures >= FREEZING_FAILURES;
  }
}

const delayed = (ms: number) =>
  new DomainError('rate_limited', 'Too many wrong codes; wait before the next one.', {
    headers: { 'retry-after': String(Math.ceil(ms / 1000)) },
  });

const frozen = () =>
  new DomainError('rate_limited', 'Too many wrong codes: use a recovery code or a passkey.', {
    headers: { 'retry-after': '86400' },
  });
