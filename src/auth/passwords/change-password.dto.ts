import { Text } from '../../common/validation/fields';

/** A new password, and the current one as a fresh proof. */
export class ChangePasswordDto {
  /** The current password. */
  @Text({ min: 1, max: 256, example: 'correct horse battery staple' })
  currentPassword!: string;

  /** 8 to 256 characters, any Unicode; refused if it is easy to guess. */
  @Text({ min: 8, max: 256, example: 'a longer and better passphrase' })
  newPassword!: string;
}
