import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { Clearable } from '../../../../platform/validation/fields';
import { Base64Url } from './base64url';
import { CredentialDto } from './credential.dto';

/** `AuthenticatorAssertionResponseJSON` of WebAuthn. */
export class AssertionDto {
  /** The client data of the ceremony, in base64url. */
  @Base64Url(4096, 'e30')
  clientDataJSON!: string;

  /** The authenticator data, in base64url. */
  @Base64Url(2048, 'AA')
  authenticatorData!: string;

  /** The signature over both. */
  @Base64Url(2048, 'AA')
  signature!: string;

  /** The user handle that the authenticator stores with the credential. */
  @Clearable()
  @Base64Url(86, 'dXNlcg')
  userHandle?: string | null;
}

/** `AuthenticationResponseJSON` of WebAuthn. */
export class AuthenticationResponseDto extends CredentialDto {
  /** The response of the authenticator. */
  @IsObject({ message: 'must be an object' })
  @ValidateNested()
  @Type(() => AssertionDto)
  response!: AssertionDto;
}
