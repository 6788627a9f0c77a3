import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsISO8601 } from 'class-validator';
import { Optional, Text } from '../../../platform/validation/fields';
import { type Scope, SCOPES } from '../../../users/access/scopes';

/** Purpose and scopes of a new API token. */
export class CreateApiTokenDto {
  /** Its purpose, shown in lists. */
  @Text({ min: 1, max: 100, example: 'Backup script' })
  name!: string;

  /** The scopes to grant; every operation documents the scope that it needs. */
  @ApiProperty({ enum: SCOPES.names, isArray: true, minItems: 1, uniqueItems: true, example: ['notes:read'] })
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must name at least one scope' })
  @ArrayUnique({ message: 'must name each scope once' })
  @IsIn(SCOPES.names, { each: true, message: () => `must each be one of ${SCOPES.names.join(', ')}` })
  scopes!: Scope[];

  /** The caller's password: a token outlives the session that creates it. */
  @Text({ min: 1, max: 256, example: 'correct horse battery staple' })
  password!: string;

  /**
   * When it expires, in ISO 8601; in the future and within the configured maximum. Default: after the default lifetime.
   */
  @ApiProperty({ format: 'date-time', required: false })
  @Optional()
  @IsISO8601({ strict: true, strictSeparator: true }, { message: 'must be a time in ISO 8601' })
  expiresAt?: string;
}
