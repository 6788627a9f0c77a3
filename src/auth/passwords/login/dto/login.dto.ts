import { IsBoolean } from 'class-validator';
import { Optional, Text } from '../../../../platform/validation/fields';

/** A login name and its password. */
export class LoginDto {
  /** Username or email address. */
  @Text({ min: 1, max: 254, example: 'alice' })
  username!: string;

  /** The password of the account. */
  @Text({ min: 1, max: 256, example: 'correct horse battery staple' })
  password!: string;

  /** Whether to stay logged in for 30 days instead of 24 hours. @example false */
  @Optional()
  @IsBoolean({ message: 'must be true or false' })
  remember?: boolean;
}
