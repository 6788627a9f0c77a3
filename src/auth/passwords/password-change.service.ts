import { Injectable } from '@nestjs/common';
import type { Actor } from '../../audit/domain-events';
import { DomainError } from '../../common/problems/domain-error';
import type { Principal } from '../../users/principal';
import { UsersService } from '../../users/users.service';
import { AccessRevoker } from '../access-revoker';
import type { ChangePasswordDto, PasswordChangedDto } from './change-password.dto';
import { requesterOf } from './hashing/hash-requester';
import { NewPasswords } from './new-passwords';
import { PasswordsService } from './passwords.service';
import { Reauthentication } from './reauthentication';

/** Changing the password of somebody who knows it (ASVS 6.2.3). */
@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly users: UsersService,
    private readonly newPasswords: NewPasswords,
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
    const hash = await this.newPasswords.hash(wanted.newPassword, user, '/newPassword', requesterOf(actor));
    const kept = { sessionId: keptId, apiTokens: wanted.endApiTokens === false };
    return this.users.holding(user.id, async (manager, held) => {
      const { sessions, apiTokens } = await this.revoker.revokeOthers(manager, user.id, 'password-changed', kept);
      const by = { type: 'password.changed', actor, apiTokens } as const;
      if (!(await this.passwords.replace(manager, held, hash, by, known))) {
        throw new DomainError('invalid_credentials', 'The current password is wrong.');
      }
      return { sessionsEnded: sessions, apiTokensEnded: apiTokens.ended };
    });
  }
}
