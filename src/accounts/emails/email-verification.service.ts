import { Injectable } from '@nestjs/common';
import { LinkMessages } from '../../auth/links/link-messages.service';
import { OneTimeTokens } from '../../auth/links/one-time-tokens.service';
import { AccessRevoker } from '../../auth/revocation/access-revoker.service';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import { type AnonymousCaller, userActor } from '../../users/caller';
import { EmailAddresses } from '../../users/email-addresses.service';

/** Verifies addresses. */
@Injectable()
export class EmailVerificationService {
  constructor(
    private readonly tokens: OneTimeTokens,
    private readonly addresses: EmailAddresses,
    private readonly revoker: AccessRevoker,
    private readonly messages: LinkMessages,
    private readonly audit: AuditWriter,
  ) {}

  /**
   * Redeems the token of a verification or a change of address: its bearer reads mail at that address, so the account
   * gets exactly this address, even if another one was requested in the meantime.
   * @throws DomainError `invalid_one_time_token`; `email_taken` when another account has already verified the address
   */
  async verify(caller: AnonymousCaller, token: string): Promise<void> {
    await this.tokens.redeem(token, ['verify-email', 'change-email'], async (tx, { purpose, email }, user) => {
      const actor = userActor(user.id, caller.client);
      const isChange = purpose === 'change-email' && user.email !== email;
      await this.addresses.prove(tx, user.id, email);
      const type = isChange ? 'email.changed' : 'email.verified';
      this.audit.record(tx, { type, actor, accountId: user.id, details: {} });
      if (!isChange) return;
      await this.revoker.revokeLinks(tx, user.id);
      const undoToken = await this.tokens.undoOf(tx, user.id, email);
      // The address is restored: the owner of the intermediate address gets no link to undo this.
      if (undoToken) await this.tokens.revoke(tx, user.id, ['undo-email-change'], undoToken.createdAt);
      // An unverified address may belong to a stranger, to whom a link to undo the change would give the account.
      else if (user.emailVerified) await this.messages.changed(tx, user);
    });
  }
}
