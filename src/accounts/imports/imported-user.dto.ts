import { IsBoolean, IsRFC3339 } from 'class-validator';
import { Optional, Text } from '../../platform/validation/fields';
import { EmailAddress } from '../../users/dto/email-address';
import { Username } from '../../users/dto/username';

/** An account in an import file, validated by the rules of the API. Roles are never imported. */
export class ImportedUserDto {
  @Username()
  username!: string;

  @EmailAddress()
  email!: string;

  /** Omitted for an account whose owner will set a password by mail. */
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

/** The properties of a line. */
export const IMPORTED_PROPERTIES = [
  'username',
  'email',
  'passwordHash',
  'emailVerified',
  'isActive',
  'createdAt',
] as const satisfies readonly (keyof ImportedUserDto)[];
