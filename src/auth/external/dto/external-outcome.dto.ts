import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** A sign-in with a provider that needs the owner of an account, or an address. */
export class ExternalPendingDto {
  /** `link_required`: sign in as usual, then link. `email_required`: send an address. */
  @ApiProperty({ enum: ['link_required', 'email_required'] })
  status!: 'link_required' | 'email_required';

  /** For `POST /auth/external/link`. */
  @ApiPropertyOptional()
  linkToken?: string;

  /** For `POST /auth/external/email`, and its code. */
  @ApiPropertyOptional()
  emailToken?: string;

  /** Lifetime of the token in seconds. @example 900 */
  @ApiProperty({ type: 'integer' })
  expiresIn!: number;

  /** The email address at the provider; null for none. */
  @ApiProperty({ type: String, nullable: true, example: 'alice@example.com' })
  email!: string | null;
}
