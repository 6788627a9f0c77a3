import { Injectable } from '@nestjs/common';
import { DomainError } from '../../common/problems/domain-error';
import { SessionsService } from '../sessions/sessions.service';
import type { ChangePasswordDto } from './change-password.dto';
import { PasswordsService } from './passwords.service';

/** Changing the password of somebody who knows it (ASVS 6.2.3). */
@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly passwords: PasswordsService,
    private readonly sessions: SessionsService,
  ) {}

  /**
   * Changes the password and ends every other session in one transaction; this one stays. Of several changes at once
   * with the same current password, one wins.
   * @throws DomainError `invalid_credentials` when the current password is wrong
   */
  async change(userId: string, sessionId: string, wanted: ChangePasswordDto): Promise<void> {
    const changed = await this.passwords.change(userId, wanted, (manager) =>
      this.sessions.endAll(manager, userId, 'password-changed', sessionId),
    );
    if (!changed) throw new DomainError('invalid_credentials', 'The current password is wrong.');
    this.sessions.forgetUser(userId);
  }
}
