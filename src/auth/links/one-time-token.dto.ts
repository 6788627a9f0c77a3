import { Text } from '../../platform/validation/fields';

/** The token of a mailed link. */
export class OneTimeTokenDto {
  /** What follows `#token=` in the link. */
  @Text({ min: 1, max: 512, example: '<what follows #token= in the link>' })
  token!: string;
}
