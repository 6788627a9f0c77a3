import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { Optional, Text } from '../../../../platform/validation/fields';

/** A new password, and the current one as a fresh proof. */
export class ChangePasswordDto {
  /** The current password; any text for an account without one, after a recent authentication. */
  @Text({ min: 1, max: 256, example: 'correct horse battery staple' })
  currentPassword!: string;

  /** 8 to 256 characters, any Unicode; refused if it is easy to guess or, where the server checks it, leaked. */
  @Text({ min: 8, max: 256, example: 'a longer and better passphrase' })
  newPassword!: string;

  /** Also revoke all API tokens of the account; the default. @example true */
  @Optional()
  @IsBoolean({ message: 'must be true or false' })
  endApiTokens?: boolean;
}

/** What the password change ended. */
export class PasswordChangedDto {
  /** Other sessions that were ended. @example 2 */
  @ApiProperty({ type: 'integer' })
  sessionsEnded!: number;

  /** API tokens that were revoked. @example 1 */
  @ApiProperty({ type: 'integer' })
  apiTokensEnded!: number;
}
