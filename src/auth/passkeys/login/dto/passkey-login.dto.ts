import { IsBoolean } from 'class-validator';
import { Optional, Text } from '../../../../platform/validation/fields';
import { PasskeyEvidenceDto } from '../../dto/passkey-evidence.dto';

/** A login by passkey. */
export class PasskeyLoginDto extends PasskeyEvidenceDto {
  /** Whether to stay logged in for 30 days instead of 24 hours. @example false */
  @Optional()
  @IsBoolean({ message: 'must be true or false' })
  remember?: boolean;
}

/** A sign-in that needs a second factor. */
export class FactorOptionsDto {
  /** As in the response to the first factor. */
  @Text({ min: 1, max: 128, example: 'lkc_AZqj0nxOewqfPi9qTwyaEQ' })
  challengeToken!: string;
}
