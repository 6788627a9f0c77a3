import { ApiProperty } from '@nestjs/swagger';
import { isoTime } from '../../../common/iso-time';
import { PageOf } from '../../../common/pagination/page';
import { type Scope, SCOPES } from '../../../users/scopes';
import type { ApiToken } from '../api-token.entity';

/** A token for a script, without its secret. */
export class ApiTokenDto {
  @ApiProperty({ format: 'uuid', example: '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11' })
  id!: string;

  /** @example "Backup script" */
  name!: string;

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['notes:read'] })
  scopes!: Scope[];

  @ApiProperty({ format: 'date-time', example: '2026-11-20T21:44:52.123Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2027-02-18T21:44:52.123Z' })
  expiresAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Accurate to a minute; null while it was never used.',
    example: null,
  })
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

/** A new token, with the secret that is shown this once. */
export class CreatedApiTokenDto extends ApiTokenDto {
  /** Send it as `Authorization: Bearer`. @example "lk_AZqj0nxOewqfPi9qTwyaEQAZqj0nxOewqfPi9qTwyaEQ0c0ffee0" */
  token!: string;
}

/** A page of tokens. */
export class ApiTokenPageDto extends PageOf(ApiTokenDto) {}
