import { ApiProperty } from '@nestjs/swagger';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';

/** A question to an authenticator. */
export class CeremonyDto {
  /** Goes with the answer, within 5 minutes. @example "lkw_AZqj0nxOewqfPi9qTwyaEQ" */
  ceremony!: string;

  /** Options in JSON for `navigator.credentials`, as `PublicKeyCredential.parse...OptionsFromJSON()` reads them. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  publicKey!: PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON;
}
