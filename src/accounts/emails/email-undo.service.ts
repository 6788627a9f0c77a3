import { Injectable } from '@nestjs/common';
import { LinkMessages } from '../../auth/links/link-messages.service';
import { OneTimeTokens } from '../../auth/links/one-time-tokens.service';
import { AccessRevoker } from '../../auth/revocation/access-revoker.service';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import { type AnonymousCaller, userActor } from '../../users/caller';
import { EmailAddresses } from '../../users/email-addresses.service';

/** Taking back a change of address that its owner did not make. */
@Injectable()
export class EmailUndoService {
  constructor(
    private readonly tokens: OneTimeTokens,
    private readonly addresses: EmailAddresses,
    private readonly revoker: AccessRevoker,
    private readonly messages: LinkMessages,
    private readonly audit: AuditWriter,
  ) {}

  /**
   * Gives the account the address of the token again, ends every session and API token, and sends a link to a new
   * password there. Changes that came after the one that is undone can't be undone themselves any more.
   * @throws DomainError `invalid_one_time_token`; `email_taken` when another account proved the address meanwhile
   */
  async undo(caller: AnonymousCaller, text: string): Promise<void> {
    await this.tokens.redeem(text, ['undo-email-change'], async (tx, token, user) => {
      const actor = userActor(user.id, caller.client);
      await this.addresses.prove(tx, user.id, token.email);
      await this.tokens.revoke(tx, user.id, ['undo-email-change'], token.createdAt);
      await this.revoker.revokeAll(tx, user.id, 'email-change-undone');
      await this.messages.undone(tx, user, token.email);
      this.audit.record(tx, { type: 'email.change-undone', actor, accountId: user.id, details: {} });
    });
  }
}
