import { ApiProperty } from '@nestjs/swagger';
import { Optional, Text } from '../../platform/validation/fields';
import { TOTP_CODE } from './totp-code';

const SIX_DIGITS = { min: 6, max: 6, pattern: TOTP_CODE, meaning: 'digits', example: '492039' };

/** A code of an authenticator app. */
export const TotpCode = (): PropertyDecorator => Text(SIX_DIGITS);

/** A new authenticator app. */
export class AddTotpDto {
  /** What its owner calls it; default `Authenticator`. */
  @Text({ min: 1, max: 100, example: 'Phone' })
  @Optional()
  name?: string;
}

/** A new authenticator app. Its seed is only in this response. */
export class AddedTotpDto {
  /** Id of the authenticator. @example "019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11" */
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** The seed in base32, to be typed in. @example "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" */
  secret!: string;

  /** The seed for a QR code. @example "otpauth://totp/latchkey:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" */
  uri!: string;
}

/** The first code of a new authenticator app. */
export class ConfirmTotpDto {
  /** The code that the app shows now. */
  @TotpCode()
  code!: string;
}

/** The authenticator app is in use. */
export class ConfirmedTotpDto {
  /** Recovery codes, if the account had none; they are only in this response. @example ["8D3V-0QKT-1GXM-5R7W-Z2N4-C6HB"] */
  @ApiProperty({ type: [String], nullable: true })
  recoveryCodes!: string[] | null;
}
