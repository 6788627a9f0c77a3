import { Injectable } from '@nestjs/common';
import { ExternalIdentities } from '../../auth/external/identities/external-identities.service';
import { LinkMessages } from '../../auth/links/link-messages.service';
import { OneTimeTokens } from '../../auth/links/one-time-tokens.service';
import { AccessRevoker } from '../../auth/revocation/access-revoker.service';
import { FactorChanges } from '../../auth/revocation/factor-changes.service';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import { type AnonymousCaller, userActor } from '../../users/caller';
import { EmailAddresses } from '../../users/email-addresses.service';

/** Undoes a change of address that the owner did not make. */
@Injectable()
export class EmailUndoService {
  constructor(
    private readonly tokens: OneTimeTokens,
    private readonly addresses: EmailAddresses,
    private readonly revoker: AccessRevoker,
    private readonly factors: FactorChanges,
    private readonly identities: ExternalIdentities,
    private readonly messages: LinkMessages,
    private readonly audit: AuditWriter,
  ) {}

  /**
   * Restores the address of the token, ends all sessions, revokes all API tokens, removes second factors and unlinks
   * identities that were added since the change, and sends a password reset link to that address. Later changes of address
   * can then no longer be undone.
   * @throws DomainError `invalid_one_time_token`; `email_taken` when another account has verified the address in the
   * meantime
   */
  async undo(caller: AnonymousCaller, text: string): Promise<void> {
    await this.tokens.redeem(text, ['undo-email-change'], async (tx, token, user) => {
      const actor = userActor(user.id, caller.client);
      await this.addresses.prove(tx, user.id, token.email);
      await this.tokens.revoke(tx, user.id, ['undo-email-change'], token.createdAt);
      await this.revoker.revokeAll(tx, user.id, 'email-change-undone');
      await this.factors.removeAll(tx, actor, user, token.createdAt);
      await this.identities.removeSince(tx, user.id, token.createdAt);
      await this.messages.undone(tx, user, token.email);
      this.audit.record(tx, { type: 'email.change-undone', actor, accountId: user.id, details: {} });
    });
  }
}
