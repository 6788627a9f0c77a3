import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail';
import type { Actor } from '../../audit/domain-events';
import { Database } from '../../database/database';
import { EmailAddresses } from '../../users/email-addresses';
import type { User } from '../../users/user.entity';
import { LinkMessages } from '../one-time-tokens/link-messages';
import { OneTimeTokens } from '../one-time-tokens/one-time-tokens.service';

/** Proving that an address is its owner's. */
@Injectable()
export class EmailVerificationService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly messages: LinkMessages,
    private readonly tokens: OneTimeTokens,
    private readonly addresses: EmailAddresses,
  ) {}

  /** Sends a link to the account's address again; to one that is proven, nothing. */
  async sendAgain(user: User, actor: Actor): Promise<void> {
    if (user.emailVerified) return;
    await this.database.transaction(async (manager) => {
      const event = { type: 'email.verification-requested', actor, accountId: user.id, details: {} } as const;
      this.audit.record(manager, event);
      await this.messages.verify(manager, user);
    });
  }

  /**
   * Takes the token of a verification or of a change of address: whoever has it reads mail at that address, and the
   * address that was proven is the one that the account gets, whatever else was asked for meanwhile.
   * @throws DomainError `invalid_one_time_token`; `email_taken` when another account proved the address before
   */
  async verify(token: string, by: Actor): Promise<void> {
    await this.tokens.redeem(token, ['verify-email', 'change-email'], async (manager, { purpose, email }, user) => {
      const actor = { ...by, kind: 'user', id: user.id } as const;
      const isChange = purpose === 'change-email' && user.email !== email;
      await this.addresses.prove(manager, user.id, email);
      const type = isChange ? 'email.changed' : 'email.verified';
      this.audit.record(manager, { type, actor, accountId: user.id, details: {} });
      if (!isChange) return;
      // What was asked for with the old address is void; only undoing stays possible.
      await this.tokens.revoke(manager, user.id, ['verify-email', 'change-email', 'reset-password']);
      await this.messages.changed(manager, user);
    });
  }
}
