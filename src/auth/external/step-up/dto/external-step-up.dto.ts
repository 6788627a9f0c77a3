import { Text } from '../../../../platform/validation/fields';

/** The result of a sign-in with the intent `step-up`. */
export class ExternalStepUpDto {
  /** The `code` in the fragment of the address that the browser came back to. */
  @Text({ min: 1, max: 512, example: '<code of the fragment>' })
  code!: string;
}
