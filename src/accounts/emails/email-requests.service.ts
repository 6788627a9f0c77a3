import { Injectable } from '@nestjs/common';
import { LinkMessages } from '../../auth/links/link-messages.service';
import { Reauthentication } from '../../auth/proofs/reauthentication.service';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Caller } from '../../users/caller';
import { UsersService } from '../../users/users.service';

/** Requests for links that verify an address. */
@Injectable()
export class EmailRequestsService {
  constructor(
    private readonly users: UsersService,
    private readonly audit: AuditWriter,
    private readonly messages: LinkMessages,
    private readonly reauthentication: Reauthentication,
  ) {}

  /** Sends a link to the account's address again; nothing if it is verified. */
  async verification(caller: Caller): Promise<void> {
    const { user } = caller;
    await this.users.withLockedUser(user.id, async (tx) => {
      const type = 'email.verification-requested';
      this.audit.record(tx, { type, actor: caller, accountId: user.id, details: {} });
      await this.messages.verify(tx, user, caller.client);
    });
  }

  /**
   * Sends a link to the new address; nothing changes until it is followed. Only the owner of the address learns whether
   * another account has it.
   * @throws DomainError `invalid_credentials` when the password is wrong
   */
  async change(caller: Caller, { email, password }: { email: string; password: string }): Promise<void> {
    await this.reauthentication.run(caller, { password }, async (tx) => {
      this.audit.record(tx, { type: 'email.change-requested', actor: caller, accountId: caller.id, details: {} });
      await this.messages.change(tx, caller.id, email, caller.client);
    });
  }
}
