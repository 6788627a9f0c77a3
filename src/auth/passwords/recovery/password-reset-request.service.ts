import { Injectable } from '@nestjs/common';
import { AuditWriter } from '../../../platform/audit/audit-writer.service';
import type { Actor } from '../../../platform/audit/domain-events';
import { Database } from '../../../platform/database/database.service';
import { UsersService } from '../../../users/users.service';
import { LinkMessages } from '../../links/link-messages.service';

/** Requests for a password reset link. */
@Injectable()
export class PasswordResetRequestService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditWriter,
    private readonly users: UsersService,
    private readonly messages: LinkMessages,
  ) {}

  /** Queues a link to the account with this address. Takes the same steps and time when there is none. */
  async request(actor: Actor, email: string): Promise<void> {
    const accountId = (await this.users.findByLogin(email))?.id ?? null;
    await this.database.transaction(async (tx) => {
      this.audit.record(tx, { type: 'password.reset-requested', actor, accountId, details: {} });
      await this.messages.reset(tx, email, accountId, actor.client);
    });
  }
}
