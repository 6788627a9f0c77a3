import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsObject } from 'class-validator';
import { Clearable, Text } from '../../../../platform/validation/fields';
import { Base64Url, MAX_CREDENTIAL_ID } from './base64url';

/** What the answers of `navigator.credentials.create()` and `get()` have in common, as by their `toJSON()`. */
export class CredentialDto {
  /** Id of the credential. */
  @Base64Url(MAX_CREDENTIAL_ID, 'Y3JlZGVudGlhbA')
  id!: string;

  /** The same. */
  @Base64Url(MAX_CREDENTIAL_ID, 'Y3JlZGVudGlhbA')
  rawId!: string;

  /** The type. */
  @ApiProperty({ enum: ['public-key'], example: 'public-key' })
  @IsIn(['public-key'], { message: 'must be public-key' })
  type!: 'public-key';

  /** Not used. */
  @Clearable()
  @Text({ min: 1, max: 32, example: 'platform' })
  authenticatorAttachment?: string | null;

  /** Results of extensions. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: {} })
  @IsObject({ message: 'must be an object' })
  clientExtensionResults!: Record<string, unknown>;
}
