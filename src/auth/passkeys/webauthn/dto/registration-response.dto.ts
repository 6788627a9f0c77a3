import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsObject, Matches, ValidateNested } from 'class-validator';
import { Optional } from '../../../../platform/validation/fields';
import { Base64Url } from './base64url';
import { CredentialDto } from './credential.dto';

/** `AuthenticatorAttestationResponseJSON` of WebAuthn. */
export class AttestationDto {
  /** The client data of the ceremony, in base64url. */
  @Base64Url(4096, 'e30')
  clientDataJSON!: string;

  /** The credential, with its public key. */
  @Base64Url(8192, 'oA')
  attestationObject!: string;

  /** Not used. */
  @Optional()
  @Base64Url(8192, 'AA')
  authenticatorData?: string;

  /** How a browser can reach the authenticator. */
  @ApiProperty({
    type: 'array',
    items: { type: 'string', pattern: '^[a-z-]{1,32}$' },
    maxItems: 10,
    required: false,
  })
  @Optional()
  @IsArray({ message: 'must be a list' })
  @ArrayMaxSize(10, { message: 'must have at most 10 items' })
  @Matches(/^[a-z-]{1,32}$/, { each: true, message: 'must each be a name of a transport' })
  transports?: string[];

  /** Not used. */
  @ApiProperty({ type: 'integer', required: false })
  @Optional()
  @IsInt({ message: 'must be a whole number' })
  publicKeyAlgorithm?: number;

  /** Not used. */
  @Optional()
  @Base64Url(4096, 'AA')
  publicKey?: string;
}

/** `RegistrationResponseJSON` of WebAuthn. */
export class RegistrationResponseDto extends CredentialDto {
  /** The response of the authenticator. */
  @IsObject({ message: 'must be an object' })
  @ValidateNested()
  @Type(() => AttestationDto)
  response!: AttestationDto;
}
