import { Injectable } from '@nestjs/common';
import { type Caller, sessionOf } from '../../../users/caller';
import { UsersService } from '../../../users/users.service';
import { Reauthentication } from '../../proofs/reauthentication.service';
import { AccessRevoker } from '../../revocation/access-revoker.service';
import { wrongPassword } from '../password-reauthentication.service';
import { PasswordWriter } from '../password-writer.service';
import { PasswordsService } from '../passwords.service';
import type { ChangePasswordDto, PasswordChangedDto } from './dto/change-password.dto';

/**
 * Changes a password for a caller who knows the current one (ASVS 6.2.3), or who has just authenticated and has none yet.
 */
@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly users: UsersService,
    private readonly passwordWriter: PasswordWriter,
    private readonly passwords: PasswordsService,
    private readonly reauthentication: Reauthentication,
    private readonly revoker: AccessRevoker,
  ) {}

  /**
   * In one transaction, changes the password, ends all other sessions, and revokes all links and, unless they are kept,
   * the API tokens; the caller's session stays. Of several concurrent changes with the same current password, one wins.
   * @throws DomainError `invalid_credentials` when the current password is wrong; `weak_password` for the new one
   */
  async change(caller: Caller, wanted: ChangePasswordDto): Promise<PasswordChangedDto> {
    const kept = { sessionId: sessionOf(caller), apiTokens: wanted.endApiTokens === false };
    const proof = await this.reauthentication.prove(caller, { password: wanted.currentPassword });
    const hash = await this.passwordWriter.hash(wanted.newPassword, caller.user, '/newPassword', caller);
    return this.users.withLockedUser(caller.id, async (tx, user) => {
      const { sessions, apiTokens } = await this.revoker.revokeOthers(tx, user.id, 'password-changed', kept);
      if (proof && !(await proof.isCurrent(tx, user))) throw proof.refusal();
      // Another request has set the first one.
      if (!proof && (await this.passwords.isSet(tx, user.id))) throw wrongPassword();
      await this.passwords.replace(tx, user, hash, { type: 'password.changed', actor: caller, apiTokens });
      return { sessionsEnded: sessions, apiTokensEnded: apiTokens.ended };
    });
  }
}
