import { ApiProperty } from '@nestjs/swagger';
import { isoTime } from '../../../platform/kernel/iso-time';
import { PageOf } from '../../../platform/pagination/page';
import { type Scope, SCOPES } from '../../../users/access/scopes';
import type { ApiToken } from '../api-token.entity';

/** An API token, without its secret. */
export class ApiTokenDto {
  /** Id of the token (UUIDv7). */
  @ApiProperty({ format: 'uuid', example: '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11' })
  id!: string;

  /** The purpose, as described by its owner. @example "Backup script" */
  name!: string;

  /** The granted scopes. */
  @ApiProperty({ enum: SCOPES.names, isArray: true, example: ['notes:read'] })
  scopes!: Scope[];

  /** When it was created: ISO 8601 in UTC, with milliseconds. */
  @ApiProperty({ format: 'date-time', example: '2026-11-20T21:44:52.123Z' })
  createdAt!: string;

  /** When it expires. */
  @ApiProperty({ format: 'date-time', example: '2027-02-18T21:44:52.123Z' })
  expiresAt!: string;

  /** When it was last used, accurate to a minute; null if it never was. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  lastUsedAt!: string | null;

  static from(token: ApiToken): ApiTokenDto {
    return {
      id: token.id,
      name: token.name,
      scopes: token.scopes,
      createdAt: isoTime(token.createdAt),
      expiresAt: isoTime(token.expiresAt),
      lastUsedAt: token.lastUsedAt === null ? null : isoTime(token.lastUsedAt),
    };
  }
}

/** A new API token with its secret, which is shown only once. */
export class CreatedApiTokenDto extends ApiTokenDto {
  /**
   * The secret; send it as `Authorization: Bearer lk_...`. It cannot be shown again.
   * @example "lk_AZqj0nxOewqfPi9qTwyaEQAZqj0nxOewqfPi9qTwyaEQ0c0ffee0"
   */
  token!: string;
}

/** A page of API tokens. */
export class ApiTokenPageDto extends PageOf(ApiTokenDto) {}
