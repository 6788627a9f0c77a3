import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail';
import type { Actor } from '../../audit/domain-events';
import { Database } from '../../database/database';
import { UsersService } from '../../users/users.service';
import { LinkMessages } from '../one-time-tokens/link-messages';

/** Asking for a link to a new password. */
@Injectable()
export class PasswordResetRequestService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly users: UsersService,
    private readonly messages: LinkMessages,
  ) {}

  /** Has a link sent to whoever has this address. Does the same, in the same time, when nobody has it. */
  async request(email: string, actor: Actor): Promise<void> {
    const accountId = (await this.users.findByLogin(email))?.id ?? null;
    await this.database.transaction(async (manager) => {
      this.audit.record(manager, { type: 'password.reset-requested', actor, accountId, details: {} });
      await this.messages.reset(manager, email, accountId, actor.origin);
    });
  }
}
