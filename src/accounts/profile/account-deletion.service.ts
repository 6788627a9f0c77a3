import { Injectable } from '@nestjs/common';
import { SecurityNotices } from '../../auth/notices/security-notices.service';
import { Reauthentication } from '../../auth/proofs/reauthentication.service';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import { Outbox } from '../../platform/mail/outbox.service';
import { type Caller, userActor } from '../../users/caller';
import { UsersService } from '../../users/users.service';

/** Deletes the caller's account. */
@Injectable()
export class AccountDeletionService {
  constructor(
    private readonly users: UsersService,
    private readonly reauthentication: Reauthentication,
    private readonly audit: AuditWriter,
    private readonly outbox: Outbox,
    private readonly notices: SecurityNotices,
  ) {}

  /**
   * Deletes an account, everything that belongs to it, and its personal data in the audit trail, which stays
   * verifiable. Its name and address become available.
   * @throws DomainError `invalid_credentials` when the password is wrong; `conflict` for the only active administrator
   */
  async delete(caller: Caller, password: string): Promise<void> {
    const userId = caller.id;
    // The client of the request must not be recorded, as it would outlive the account.
    const actor = userActor(userId, null);
    await this.reauthentication.runWithAdminInvariant(caller, { password }, async (tx, user) => {
      await this.outbox.withdraw(tx, userId);
      await this.notices.notify(tx, 'account-deleted', user, caller);
      await this.users.remove(tx, user, actor);
      this.audit.record(tx, { type: 'user.deleted', actor, accountId: userId, details: {} });
    });
  }
}
