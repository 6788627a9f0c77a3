import { Text } from '../../../platform/validation/fields';

/** The refresh token of a session. */
export class RefreshDto {
  /** The newest refresh token of the session, from its login or latest refresh. */
  @Text({ min: 1, max: 512, example: '<refreshToken of the latest login or refresh>' })
  refreshToken!: string;
}
