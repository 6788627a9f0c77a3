import { Text } from '../../common/validation/fields';

/** What continues a session. */
export class RefreshDto {
  /** The newest refresh token of the session. */
  @Text({ min: 1, max: 512, example: 'lkr_AZqj0nxOewqfPi9qTwyaEQAAAAA' })
  refreshToken!: string;
}
