import { Text } from '../../platform/validation/fields';

/** The confirmation of the deletion by the account's owner. */
export class DeleteAccountDto {
  /** The password of the account, as a fresh proof. */
  @Text({ min: 1, max: 256, example: 'correct horse battery staple' })
  password!: string;
}
