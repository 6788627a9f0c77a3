import { Text } from '../../common/validation/fields';

/** A new password, and the proof that its owner asks for it. */
export class ChangePasswordDto {
  /** The password until now. */
  @Text({ min: 1, max: 256, example: 'correct horse battery staple' })
  currentPassword!: string;

  /** 8 to 256 characters of any Unicode. */
  @Text({ min: 8, max: 256, example: 'a longer and better passphrase' })
  newPassword!: string;
}
