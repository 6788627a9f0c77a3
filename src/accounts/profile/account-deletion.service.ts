import { Injectable } from '@nestjs/common';
import { SecurityNotices } from '../../auth/notices/security-notices.service';
import { Reauthentication } from '../../auth/passwords/reauthentication.service';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Actor } from '../../platform/audit/domain-events';
import { Outbox } from '../../platform/mail/outbox.service';
import { UsersService } from '../../users/users.service';

/** Deleting one's account. */
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
   * Deletes an account, everything that belongs to it, and what the audit trail knows of a personal nature; the trail
   * itself stays verifiable. Name and address are free again.
   * @throws DomainError `invalid_credentials` when the password is wrong; `conflict` for the only active administrator
   */
  async delete(userId: string, password: string, actor: Actor): Promise<void> {
    const hash = await this.reauthentication.prove(userId, password, actor);
    await this.users.withAdminInvariant(userId, async ({ manager }, user) => {
      await this.reauthentication.assertStill(manager, userId, hash);
      await this.outbox.withdraw(manager, userId);
      await this.notices.tell(manager, 'account-deleted', user, actor);
      await this.users.remove(manager, userId);
      await this.audit.erasePersonal(manager, userId);
      const traceless = { ...actor, origin: null };
      this.audit.record(manager, { type: 'user.deleted', actor: traceless, accountId: userId, details: {} });
    });
  }
}
