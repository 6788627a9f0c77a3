import { Text } from '../../platform/validation/fields';
import { EmailAddress } from '../../users/dto/email-address';

/** A new address for the account, and the password as a fresh proof. */
export class ChangeEmailDto {
  /** The new address. */
  @EmailAddress('alice@example.org')
  email!: string;

  /** The password of the account, as a fresh proof. */
  @Text({ min: 1, max: 256, example: 'correct horse battery staple' })
  password!: string;
}
