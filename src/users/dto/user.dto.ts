import { ApiProperty } from '@nestjs/swagger';
import { isoTime } from '../../platform/kernel/iso-time';
import { type Role, ROLES } from '../access/roles';
import { type User } from '../user.entity';

/** An account, as its owner and administrators see it. */
export class UserDto {
  /** Id of the account (UUIDv7). @example "019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11" */
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** The name to log in with. @example "alice" */
  username!: string;

  /** The email address, which can also be used to log in. @example "alice@example.com" */
  @ApiProperty({ format: 'email' })
  email!: string;

  /** Whether the email address was verified by following a link. @example false */
  emailVerified!: boolean;

  /** The roles of the account. */
  @ApiProperty({ enum: ROLES.names, isArray: true, example: ['user'] })
  roles!: Role[];

  /** Whether the account is active; false after a deactivation. @example true */
  isActive!: boolean;

  /** When it was registered: ISO 8601 in UTC, with milliseconds. @example "2026-11-20T21:44:52.123Z" */
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  /** When it was last changed. @example "2026-11-20T21:44:52.123Z" */
  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;

  static from(user: User): UserDto {
    return {
      id: user.id,
      username: user.username,
      email: user.email,
      emailVerified: user.emailVerified,
      roles: user.roles,
      isActive: user.isActive,
      createdAt: isoTime(user.createdAt),
      updatedAt: isoTime(user.updatedAt),
    };
  }
}
