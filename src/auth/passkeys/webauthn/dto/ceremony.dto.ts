import { ApiProperty } from '@nestjs/swagger';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';

/** A ceremony: options for an authenticator. */
export class CeremonyDto {
  /** Send it with the result, within 5 minutes. @example "lkw_AZqj0nxOewqfPi9qTwyaEQ" */
  ceremony!: string;

  /** Options for `navigator.credentials.create()` or `get()`, in JSON. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  publicKey!: PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON;
}
