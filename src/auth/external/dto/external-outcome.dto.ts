import { ApiProperty } from '@nestjs/swagger';

/** An account holds the address: its owner signs in as usual, then links the identity. */
export class LinkRequiredDto {
  /** Sign in as usual, then send the token to `POST /auth/external/link`. */
  @ApiProperty({ enum: ['link_required'] })
  status!: 'link_required';

  /** Links the identity, to this account only. @example "lkx_AZqj0nxOewqfPi9qTwyaEQ" */
  linkToken!: string;

  /** Lifetime of the token in seconds. @example 900 */
  @ApiProperty({ type: 'integer' })
  expiresIn!: number;

  /** The address that the account holds. @example "alice@example.com" */
  email!: string;
}

/** The provider vouches for no address: one has to be shown by a code in a mail. */
export class EmailRequiredDto {
  /** Send an address to `POST /auth/external/email`, then the mailed code to `POST /auth/external/email/verify`. */
  @ApiProperty({ enum: ['email_required'] })
  status!: 'email_required';

  /** Goes with the address and with the code. @example "lkx_AZqj0nxOewqfPi9qTwyaEQ" */
  emailToken!: string;

  /** Lifetime of the token in seconds. @example 600 */
  @ApiProperty({ type: 'integer' })
  expiresIn!: number;

  /** An address that the provider gave without vouching for it, as a suggestion; null for none. */
  @ApiProperty({ type: String, nullable: true, example: 'alice@example.com' })
  email!: string | null;
}
