import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** A sign-in with a provider that needs the owner of an account, or an address. */
export class ExternalPendingDto {
  /**
   * `link_required`: an account holds the address; sign in as usual, then send `linkToken` to `POST /auth/external/link`.
   * `email_required`: send an address with `emailToken` to `POST /auth/external/email`.
   */
  @ApiProperty({ enum: ['link_required', 'email_required'] })
  status!: 'link_required' | 'email_required';

  /** Links the identity, to this account only. */
  @ApiPropertyOptional()
  linkToken?: string;

  /** Goes with the address, and with its code. */
  @ApiPropertyOptional()
  emailToken?: string;

  /** Lifetime of the token in seconds. @example 900 */
  @ApiProperty({ type: 'integer' })
  expiresIn!: number;

  /** The address that the account holds, or one that the provider does not vouch for; null for none. */
  @ApiProperty({ type: String, nullable: true, example: 'alice@example.com' })
  email!: string | null;
}
