import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { Optional, Text } from '../../../../platform/validation/fields';
import { RegistrationResponseDto } from '../../webauthn/dto/registration-response.dto';

/** A new passkey, as an authenticator created it. */
export class AddPasskeyDto {
  /** As in the options. */
  @Text({ min: 1, max: 128, example: 'lkw_AZqj0nxOewqfPi9qTwyaEQ' })
  ceremony!: string;

  /** The result of `navigator.credentials.create()`, in JSON. */
  @IsObject({ message: 'must be an object' })
  @ValidateNested()
  @Type(() => RegistrationResponseDto)
  response!: RegistrationResponseDto;

  /** The name to show it by; `Passkey` by default. */
  @Optional()
  @Text({ min: 1, max: 100, example: 'Laptop' })
  name?: string;
}

/** The new name of a passkey. */
export class RenamePasskeyDto {
  /** The name to show it by. */
  @Text({ min: 1, max: 100, example: 'Laptop' })
  name!: string;
}
