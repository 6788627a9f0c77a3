import { Injectable } from '@nestjs/common';
import type { Caller } from '../../users/caller';
import type { UpdateUserDto } from '../../users/dto/update-user.dto';
import { AccountFields } from '../../users/fields/account-fields.service';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';

/** Changes the caller's profile. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly users: UsersService,
    private readonly fields: AccountFields,
  ) {}

  /**
   * Changes the username and the fields of features in one transaction. Omitted properties stay unchanged.
   * @throws DomainError `username_taken`, `not_found` when the account was deleted in the meantime, and any error of a
   * field
   */
  async update(caller: Caller, changes: UpdateUserDto): Promise<User> {
    const { username = caller.user.username } = changes;
    if (!this.fields.concerns(changes)) return this.users.rename(caller, username);
    return this.users.rename(caller, username, (tx, user) => this.fields.write(tx, user, changes));
  }
}
