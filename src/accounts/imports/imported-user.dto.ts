import { IsBoolean, IsRFC3339 } from 'class-validator';
import { Optional, Text } from '../../platform/validation/fields';
import { EmailAddress } from '../../users/dto/email-address';
import { Username } from '../../users/dto/username';

/** One account of an import file, under the rules of the API for each field. Roles are never imported. */
export class ImportedUserDto {
  @Username()
  username!: string;

  @EmailAddress()
  email!: string;

  /** Left out for an account whose owner sets a password by mail. */
  @Optional()
  @Text({ min: 1, max: 512, example: '$2b$12$...' })
  passwordHash?: string;

  @Optional()
  @IsBoolean({ message: 'must be true or false' })
  emailVerified?: boolean;

  @Optional()
  @IsBoolean({ message: 'must be true or false' })
  isActive?: boolean;

  @Optional()
  @IsRFC3339({ message: 'must be a time with a zone (RFC 3339) such as 2026-11-20T21:44:52Z' })
  createdAt?: string;
}

/** What a line may tell, by name. */
export const IMPORTED_PROPERTIES = [
  'username',
  'email',
  'passwordHash',
  'emailVerified',
  'isActive',
  'createdAt',
] as const satisfies readonly (keyof ImportedUserDto)[];
