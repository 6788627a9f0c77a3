import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { Text } from '../../../platform/validation/fields';
import { AuthenticationResponseDto } from '../webauthn/dto/authentication-response.dto';

/** The response of a passkey, and its ceremony. */
export class PasskeyEvidenceDto {
  /** As in the options. */
  @Text({ min: 1, max: 128, example: 'lkw_AZqj0nxOewqfPi9qTwyaEQ' })
  ceremony!: string;

  /** The result of `navigator.credentials.get()`, in JSON. */
  @IsObject({ message: 'must be an object' })
  @ValidateNested()
  @Type(() => AuthenticationResponseDto)
  response!: AuthenticationResponseDto;
}
