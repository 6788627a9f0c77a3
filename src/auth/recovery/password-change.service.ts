import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/audit/domain-events';
import { DomainError } from '../../platform/problems/domain-error';
import type { Principal } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { requesterOf } from '../passwords/hashing/hash-requester';
import { PasswordWriter } from '../passwords/password-writer.service';
import { PasswordsService } from '../passwords/passwords.service';
import { Reauthentication } from '../passwords/reauthentication.service';
import { AccessRevoker } from '../revocation/access-revoker.service';
import type { ChangePasswordDto, PasswordChangedDto } from './change-password.dto';

/** Changing the password of somebody who knows it (ASVS 6.2.3). */
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
   * Changes the password, ends every other session and the API tokens unless they are to stay, and makes every link void,
   * in one transaction; this session stays.
   * Of several changes at once with the same current password, one wins.
   * @throws DomainError `invalid_credentials` when the current password is wrong; `weak_password` for the new one
   */
  async change(
    { user }: Principal,
    keptId: string,
    wanted: ChangePasswordDto,
    actor: Actor,
  ): Promise<PasswordChangedDto> {
    const known = await this.reauthentication.prove(user.id, wanted.currentPassword, actor);
    const hash = await this.passwordWriter.hash(wanted.newPassword, user, '/newPassword', requesterOf(actor));
    const kept = { sessionId: keptId, apiTokens: wanted.endApiTokens === false };
    return this.users.withLockedUser(user.id, async ({ manager }, held) => {
      const { sessions, apiTokens } = await this.revoker.revokeOthers(manager, user.id, 'password-changed', kept);
      const by = { type: 'password.changed', actor, apiTokens } as const;
      if (!(await this.passwords.replace(manager, held, hash, by, known))) {
        throw new DomainError('invalid_credentials', 'The current password is wrong.');
      }
      return { sessionsEnded: sessions, apiTokensEnded: apiTokens.ended };
    });
  }
}
