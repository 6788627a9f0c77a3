import { ApiProperty } from '@nestjs/swagger';
import { Optional, Text } from '../../../platform/validation/fields';

/** A new authenticator app. */
export class AddTotpDto {
  /** The name to show it by; `Authenticator` by default. */
  @Text({ min: 1, max: 100, example: 'Phone' })
  @Optional()
  name?: string;
}

/** A new authenticator app. Its secret is only in this response. */
export class AddedTotpDto {
  /** Id of the authenticator. @example "019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11" */
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** The secret in base32, to enter by hand. @example "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" */
  secret!: string;

  /** The URI to show as a QR code. @example "otpauth://totp/latchkey:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" */
  uri!: string;
}
