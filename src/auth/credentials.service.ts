import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/problems/domain-error';
import type { User } from '../users/user.entity';
import { accountDeactivated, UsersService } from '../users/users.service';
import { PasswordsService } from './passwords/passwords.service';

/** Checks who somebody says they are. */
@Injectable()
export class CredentialsService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
  ) {}

  /**
   * The account of a login name and its password. An unknown name costs and answers the same as a wrong password (ASVS 6.3.8).
   * @throws DomainError `invalid_credentials`; `account_deactivated` only when the password is right
   */
  async check(login: string, password: string): Promise<User> {
    const user = await this.users.findByLogin(login);
    const isRight = await this.passwords.verify(user?.id ?? null, password);
    if (!user || !isRight) throw new DomainError('invalid_credentials', 'The username or the password is wrong.');
    if (!user.isActive) throw accountDeactivated();
    return user;
  }
}
