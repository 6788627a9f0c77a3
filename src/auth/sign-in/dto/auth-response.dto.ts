import { ApiProperty } from '@nestjs/swagger';
import { UserDto } from '../../../users/dto/user.dto';

/** The tokens of a session, and its account. */
export class AuthResponseDto {
  /**
   * A JWT; send it as `Authorization: Bearer ...`.
   * @example "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl"
   */
  accessToken!: string;

  /** How the access token is sent (RFC 6750). */
  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  tokenType!: 'Bearer';

  /** Lifetime of the access token in seconds. @example 900 */
  @ApiProperty({ type: 'integer' })
  expiresIn!: number;

  /** Valid for one `POST /auth/refresh`, which returns the next one. @example "lkr_AZqj0nxOewqfPi9qTwyaEQAAAAA" */
  refreshToken!: string;

  /** The logged-in account. */
  user!: UserDto;
}
