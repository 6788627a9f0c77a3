import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { Optional, Text } from '../../../platform/validation/fields';
import { PasskeyEvidenceDto } from '../../passkeys/dto/passkey-evidence.dto';
import { TotpCode } from '../../totp/dto/confirm-totp.dto';

/** A second factor: exactly one of its properties. */
export class FactorEvidenceDto {
  /** The code that an authenticator app shows. */
  @TotpCode()
  @Optional()
  totp?: string;

  /** One of the recovery codes, with or without hyphens. */
  @Text({ min: 24, max: 64, example: '8D3V-0QKT-1GXM-5R7W-Z2N4-C6HB' })
  @Optional()
  recoveryCode?: string;

  /** The response of a passkey. */
  @IsObject({ message: 'must be an object' })
  @ValidateNested()
  @Type(() => PasskeyEvidenceDto)
  @Optional()
  passkey?: PasskeyEvidenceDto;
}
