import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail';
import type { Actor } from '../../audit/domain-events';
import { Database } from '../../database/database';
import type { User } from '../../users/user.entity';
import { LinkMessages } from '../one-time-tokens/link-messages';
import { Reauthentication } from '../passwords/reauthentication';

/** Asking for another address. */
@Injectable()
export class EmailChangeService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly messages: LinkMessages,
    private readonly reauthentication: Reauthentication,
  ) {}

  /**
   * Sends a link to the new address; nothing changes before it is followed. Whether another account has the address,
   * only its owner is told.
   * @throws DomainError `invalid_credentials` when the password is wrong
   */
  async request(user: User, { email, password }: { email: string; password: string }, actor: Actor): Promise<void> {
    await this.reauthentication.prove(user.id, password, actor);
    await this.database.transaction(async (manager) => {
      this.audit.record(manager, { type: 'email.change-requested', actor, accountId: user.id, details: {} });
      await this.messages.change(manager, user.id, email);
    });
  }
}
