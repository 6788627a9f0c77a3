import { ApiProperty } from '@nestjs/swagger';
import type { ProofMethod } from '../../../users/proof';

/** The first factor was right, and the account needs a second one. */
export class ChallengeDto {
  /**
   * `second_factor_required`: send one of the factors to `POST /auth/second-factor`.
   * `second_factor_enrolment_required`: the account must have a factor and has none; the token is valid for enrolling
   * one only.
   */
  @ApiProperty({ enum: ['second_factor_required', 'second_factor_enrolment_required'] })
  status!: 'second_factor_required' | 'second_factor_enrolment_required';

  /** Send it with the second factor; it is not an access token. @example "lkc_AZqj0nxOewqfPi9qTwyaEQ" */
  challengeToken!: string;

  /** Lifetime of the challenge token in seconds. @example 300 */
  @ApiProperty({ type: 'integer' })
  expiresIn!: number;

  /** The factors that the account accepts. @example ["totp", "recovery_code"] */
  @ApiProperty({ isArray: true, enum: ['totp', 'passkey', 'recovery_code'] })
  methods!: ProofMethod[];
}
