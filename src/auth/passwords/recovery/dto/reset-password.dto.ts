import { Text } from '../../../../platform/validation/fields';
import { KnownEmailAddress } from '../../../../users/dto/email-address';

/** A request for a password reset link. */
export class ForgotPasswordDto {
  /** The email address of the account. */
  @KnownEmailAddress()
  email!: string;
}

/** A new password, and the token of the mailed link. */
export class ResetPasswordDto {
  /** What follows `#token=` in the link. */
  @Text({ min: 1, max: 512, example: '<what follows #token= in the link>' })
  token!: string;

  /** 8 to 256 characters, any Unicode; refused if it is easy to guess or, where the server checks it, leaked. */
  @Text({ min: 8, max: 256, example: 'a longer and better passphrase' })
  password!: string;
}
