import { ApiProperty } from '@nestjs/swagger';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';

/** What to make a passkey with. */
export class RegistrationCeremonyDto {
  /** Goes with the answer, within 5 minutes. @example "lkw_AZqj0nxOewqfPi9qTwyaEQ" */
  ceremony!: string;

  /** For `PublicKeyCredential.parseCreationOptionsFromJSON()` and `navigator.credentials.create()`. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  publicKey!: PublicKeyCredentialCreationOptionsJSON;
}

/** What to use a passkey with. */
export class AuthenticationCeremonyDto {
  /** Goes with the answer, within 5 minutes. @example "lkw_AZqj0nxOewqfPi9qTwyaEQ" */
  ceremony!: string;

  /** For `PublicKeyCredential.parseRequestOptionsFromJSON()` and `navigator.credentials.get()`. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  publicKey!: PublicKeyCredentialRequestOptionsJSON;
}
