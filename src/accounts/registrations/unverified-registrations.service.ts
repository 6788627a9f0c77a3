import { Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import { OPERATOR } from '../../platform/audit/domain-events';
import { AuthConfig } from '../../platform/config/auth.config';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { Outbox } from '../../platform/mail/outbox.service';
import { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';

/** Registrations read at a time. */
const BATCH = 200;

/** Deletes registrations whose address was not verified in time, which frees their usernames. */
@Injectable()
export class UnverifiedRegistrations {
  constructor(
    private readonly config: AuthConfig,
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly outbox: Outbox,
    private readonly audit: AuditWriter,
    private readonly clock: Clock,
  ) {}

  /**
   * Deletes accounts that have been unverified for longer than UNVERIFIED_ACCOUNT_TTL; none where verification is not
   * required.
   */
  async purge(): Promise<void> {
    if (this.config.emailVerification !== 'required') return;
    const before = this.clock.now() - this.config.unverifiedAccountTtl * 1000;
    const where = `"unprovenSince" < $1 AND "id" > $2 ORDER BY "id" LIMIT ${BATCH}`;
    let batch: User[];
    let last: string = NIL;
    do {
      batch = await this.database.select(User, where, [before, last]);
      // One transaction each, so that a registration or verification waits for at most one.
      for (const { id } of batch) await this.database.transaction((tx) => this.expire(tx, id, before));
      last = batch.at(-1)?.id ?? last;
    } while (batch.length === BATCH);
  }

  /** Checks again with the account locked: a concurrent verification comes first, or finds no account. */
  private async expire(tx: Transaction, id: string, before: number): Promise<void> {
    const user = await tx.lock(User, { id });
    if (!user || !isExpired(user, before)) return;
    await this.outbox.withdraw(tx, id);
    await this.users.remove(tx, user, OPERATOR);
    this.audit.record(tx, { type: 'user.expired', actor: OPERATOR, accountId: id, details: {} });
  }
}

/** Accounts that an operator has changed, to an administrator or a deactivated one, do not expire. */
const isExpired = ({ unprovenSince, emailVerified, isActive, roles }: User, before: number): boolean =>
  unprovenSince !== null && unprovenSince < before && !emailVerified && isActive && roles.join() === 'user';
