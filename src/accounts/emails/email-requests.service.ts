import { Injectable } from '@nestjs/common';
import { LinkMessages } from '../../auth/links/link-messages.service';
import { Reauthentication } from '../../auth/passwords/reauthentication.service';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Actor } from '../../platform/audit/domain-events';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';

/** Asking for links that prove an address. */
@Injectable()
export class EmailRequestsService {
  constructor(
    private readonly users: UsersService,
    private readonly audit: AuditWriter,
    private readonly messages: LinkMessages,
    private readonly reauthentication: Reauthentication,
  ) {}

  /** Sends a link to the account's address again; to one that is proven, nothing. */
  async verification(user: User, actor: Actor): Promise<void> {
    await this.users.withLockedUser(user.id, async ({ manager }) => {
      const type = 'email.verification-requested';
      this.audit.record(manager, { type, actor, accountId: user.id, details: {} });
      await this.messages.verify(manager, user, actor.origin);
    });
  }

  /**
   * Sends a link to the new address; nothing changes before it is followed. Whether another account has the address,
   * only its owner is told.
   * @throws DomainError `invalid_credentials` when the password is wrong
   */
  async change(user: User, { email, password }: { email: string; password: string }, actor: Actor): Promise<void> {
    const hash = await this.reauthentication.prove(user.id, password, actor);
    await this.users.withLockedUser(user.id, async ({ manager }) => {
      await this.reauthentication.assertStill(manager, user.id, hash);
      this.audit.record(manager, { type: 'email.change-requested', actor, accountId: user.id, details: {} });
      await this.messages.change(manager, user.id, email, actor.origin);
    });
  }
}
