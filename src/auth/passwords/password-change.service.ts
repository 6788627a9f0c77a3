import { Injectable } from '@nestjs/common';
import { DomainError } from '../../common/problems/domain-error';
import type { Principal } from '../../users/principal';
import type { Origin } from '../sessions/origin';
import { SessionsService } from '../sessions/sessions.service';
import { LoginThrottle } from '../throttling/login-throttle';
import type { ChangePasswordDto } from './change-password.dto';
import { PasswordPolicy } from './password-policy';
import { PasswordsService } from './passwords.service';

/** Changing the password of somebody who knows it (ASVS 6.2.3). */
@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly policy: PasswordPolicy,
    private readonly passwords: PasswordsService,
    private readonly sessions: SessionsService,
    private readonly throttle: LoginThrottle,
  ) {}

  /**
   * Changes the password and ends every other session in one transaction; this one stays. Of several changes at once
   * with the same current password, one wins.
   * @throws DomainError `weak_password` for the new one; `invalid_credentials` when the current password is wrong; `rate_limited`, as for logins
   */
  async change(caller: Principal, sessionId: string, wanted: ChangePasswordDto, origin: Origin): Promise<void> {
    this.policy.assertAcceptable(wanted.newPassword, caller.user, '/newPassword');
    await this.throttle.attempt(caller.user.username, origin.ipAddress, async () => {
      const changed = await this.passwords.change(caller.id, wanted, (manager) =>
        this.sessions.endAll(manager, caller.id, 'password-changed', sessionId),
      );
      if (!changed) throw new DomainError('invalid_credentials', 'The current password is wrong.');
    });
    this.sessions.forgetUser(caller.id);
  }
}
