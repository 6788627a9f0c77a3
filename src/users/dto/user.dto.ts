import { ApiProperty } from '@nestjs/swagger';
import { isoTime } from '../../common/iso-time';
import { type Role, ROLES, type User } from '../user.entity';

/** An account, as its owner sees it. */
export class UserDto {
  /** @example "019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11" */
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** @example "alice" */
  username!: string;

  /** @example "alice@example.com" */
  @ApiProperty({ format: 'email' })
  email!: string;

  /** Whether the address was proven. */
  emailVerified!: boolean;

  @ApiProperty({ enum: ROLES, isArray: true, example: ['user'] })
  roles!: Role[];

  /** False once deactivated. @example true */
  isActive!: boolean;

  /** @example "2026-11-20T21:44:52.123Z" */
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  /** @example "2026-11-20T21:44:52.123Z" */
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
