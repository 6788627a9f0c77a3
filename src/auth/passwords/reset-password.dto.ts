import { Text } from '../../common/validation/fields';
import { KnownEmailAddress } from '../emails/email.dto';

/** Whose password was forgotten. */
export class ForgotPasswordDto {
  /** The address of the account. */
  @KnownEmailAddress()
  email!: string;
}

/** A new password, and the proof that its owner asks for it. */
export class ResetPasswordDto {
  /** What stands behind `#token=` in the link. */
  @Text({ min: 1, max: 512, example: 'lko_AZqj0nxOewqfPi9qTwyaEQAAAAA' })
  token!: string;

  /** 8 to 256 characters of any Unicode. */
  @Text({ min: 8, max: 256, example: 'a longer and better passphrase' })
  password!: string;
}
