import { Text } from '../../platform/validation/fields';

/** The proof that the owner of the account deletes it. */
export class DeleteAccountDto {
  /** The password of the account, as a fresh proof. */
  @Text({ min: 1, max: 256, example: 'correct horse battery staple' })
  password!: string;
}
