import { Text } from '../../common/validation/fields';

/** The proof that its owner wants the account to be gone. */
export class DeleteAccountDto {
  /** The caller's password. */
  @Text({ min: 1, max: 256, example: 'correct horse battery staple' })
  password!: string;
}
