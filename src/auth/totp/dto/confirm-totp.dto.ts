import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../../../platform/validation/fields';
import { TOTP_CODE } from '../totp-code';

const SIX_DIGITS = { min: 6, max: 6, pattern: TOTP_CODE, meaning: 'digits', example: '492039' };

/** A code of an authenticator app. */
export const TotpCode = (): PropertyDecorator => Text(SIX_DIGITS);

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
