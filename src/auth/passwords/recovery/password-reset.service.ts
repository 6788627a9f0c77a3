import { Injectable } from '@nestjs/common';
import { type AnonymousCaller, userActor } from '../../../users/caller';
import { EmailAddresses } from '../../../users/email-addresses.service';
import { User } from '../../../users/user.entity';
import type { OneTimePurpose } from '../../links/one-time-token.entity';
import { OneTimeTokens } from '../../links/one-time-tokens.service';
import { AccessRevoker } from '../../revocation/access-revoker.service';
import { FactorChanges } from '../../revocation/factor-changes.service';
import { PasswordWriter } from '../password-writer.service';
import { PasswordsService } from '../passwords.service';

const PURPOSES: OneTimePurpose[] = ['reset-password', 'recover-account'];

/** Resets a forgotten password by a link in the account's mail. */
@Injectable()
export class PasswordResetService {
  constructor(
    private readonly passwordWriter: PasswordWriter,
    private readonly passwords: PasswordsService,
    private readonly tokens: OneTimeTokens,
    private readonly addresses: EmailAddresses,
    private readonly revoker: AccessRevoker,
    private readonly factors: FactorChanges,
  ) {}

  /**
   * Sets a new password, ends all sessions, revokes all API tokens, and notifies the owner. Of several uses of a link,
   * one wins. The link was read at the account's address, so it also verifies the address. The
   * first verification removes all second factors: they may be those of a stranger.
   * @throws DomainError `invalid_one_time_token`; `weak_password`, after which the link stays valid
   */
  async reset(caller: AnonymousCaller, text: string, password: string): Promise<void> {
    // Check the token before the expensive hash.
    const owner = await this.tokens.ownerOf(text, ...PURPOSES);
    const hash = await this.passwordWriter.hash(password, owner, '/password', caller);
    await this.tokens.redeem(text, PURPOSES, async (tx, { email }, user) => {
      await this.tokens.revoke(tx, user.id, PURPOSES);
      const { apiTokens } = await this.revoker.revokeAll(tx, user.id, 'password-changed');
      const isProven = user.email === email;
      if (isProven) await this.addresses.prove(tx, user.id, email);
      const actor = userActor(user.id, caller.client);
      if (!user.emailVerified) await this.factors.removeAll(tx, actor, user);
      const owner = Object.assign(new User(), user, { emailVerified: isProven || user.emailVerified });
      await this.passwords.replace(tx, owner, hash, { type: 'password.reset', actor, apiTokens });
    });
  }
}
