import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction';
import { Features } from '../../platform/features/features.service';
import type { UpdateUserDto } from '../dto/update-user.dto';
import { UserDto } from '../dto/user.dto';
import type { User } from '../user.entity';
import './account-dtos';

/** Reads and writes the account fields of all features. */
@Injectable()
export class AccountFields {
  private readonly fields;

  constructor(features: Features) {
    this.fields = [...features.named(({ accountFields }) => accountFields)].map(([name, { read, write }]) => ({
      name,
      read: features.bound(read),
      write: features.bound(write),
    }));
  }

  /** Accounts with their fields, for owners and administrators. */
  async show(users: readonly User[]): Promise<UserDto[]> {
    const shown = users.map(UserDto.from);
    for (const { name, read } of this.fields) {
      const values = await read(users);
      for (const user of shown) if (values.has(user.id)) Object.assign(user, { [name]: values.get(user.id) });
    }
    return shown;
  }

  /** One account, like `show`. */
  async showOne(user: User): Promise<UserDto> {
    const [shown] = await this.show([user]);
    return shown ?? UserDto.from(user);
  }

  /** Whether the changes include any field. */
  concerns(changes: UpdateUserDto): boolean {
    return this.fields.some(({ name }) => Reflect.get(changes, name) !== undefined);
  }

  /** Changes the given fields, within the transaction that changes the account. */
  async write(tx: Transaction, user: User, changes: UpdateUserDto): Promise<void> {
    for (const { name, write } of this.fields) {
      const value: unknown = Reflect.get(changes, name);
      if (value !== undefined) await write(tx, user, value);
    }
  }
}
