import { ApiProperty } from '@nestjs/swagger';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';

/** A question to an authenticator. */
export class CeremonyDto {
  /** Goes with the answer, within 5 minutes. @example "lkw_AZqj0nxOewqfPi9qTwyaEQ" */
  ceremony!: string;

  /** Options for `navigator.credentials`, in JSON. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  publicKey!: PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON;
}
