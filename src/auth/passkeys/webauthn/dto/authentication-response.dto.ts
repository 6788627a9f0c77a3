import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { Clearable } from '../../../../platform/validation/fields';
import { Base64Url } from './base64url';
import { CredentialDto } from './credential.dto';

/** `AuthenticatorAssertionResponseJSON` of WebAuthn. */
export class AssertionDto {
  /** What the browser asked the authenticator. */
  @Base64Url(4096, 'e30')
  clientDataJSON!: string;

  /** What the authenticator tells about itself. */
  @Base64Url(2048, 'AA')
  authenticatorData!: string;

  /** The signature over both. */
  @Base64Url(2048, 'AA')
  signature!: string;

  /** The account that the authenticator knows the credential for. */
  @Clearable()
  @Base64Url(86, 'dXNlcg')
  userHandle?: string | null;
}

/** `AuthenticationResponseJSON` of WebAuthn. */
export class AuthenticationResponseDto extends CredentialDto {
  /** The answer of the authenticator. */
  @IsObject({ message: 'must be an object' })
  @ValidateNested()
  @Type(() => AssertionDto)
  response!: AssertionDto;
}
