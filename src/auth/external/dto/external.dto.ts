import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { Optional, Text } from '../../../platform/validation/fields';
import { EmailAddress } from '../../../users/dto/email-address';
import { type ExternalIntent, INTENTS } from '../flow/external-flow';

/** A provider that users can sign in with. */
export class ExternalProviderDto {
  /** Its name in paths. @example "google" */
  id!: string;

  /** Its display name. @example "Google" */
  name!: string;
}

/** The providers that users can sign in with. */
export class ExternalProvidersDto {
  /** In the order in which they are shown. */
  @ApiProperty({ type: [ExternalProviderDto] })
  providers!: readonly ExternalProviderDto[];
}

/** What a sign-in with a provider is for. */
export class StartExternalDto {
  /**
   * `login`: starts a session. `link`: adds a way to sign in to the caller's account. `step-up`: adds a recent proof to
   * the caller's session, for an account with neither a password nor a second factor.
   */
  @ApiProperty({ enum: INTENTS, example: 'login' })
  @IsIn(INTENTS, { message: `must be one of ${INTENTS.join(', ')}` })
  intent!: ExternalIntent;

  /** Where the browser goes afterwards: a path of the site, or a URL with a listed origin. */
  @Optional()
  @Text({ min: 1, max: 1000, example: '/signed-in' })
  redirectTo?: string;
}

/** Where the browser goes next. */
export class AuthorizationDto {
  /** The page of the provider. @example "https://accounts.google.com/o/oauth2/v2/auth" */
  authorizationUrl!: string;
}

/** The result of a sign-in with a provider. */
export class ExternalCodeDto {
  /** The `code` in the fragment of the address that the browser came back to. */
  @Text({ min: 1, max: 512, example: '<code of the fragment>' })
  code!: string;

  /** Whether to stay logged in for 30 days instead of 24 hours. */
  @Optional()
  @IsBoolean({ message: 'must be true or false' })
  remember?: boolean;
}

/** What to link to the caller's account. */
export class LinkExternalDto {
  /** The `linkToken` of a response, or the `code` of a sign-in with the intent `link`. */
  @Text({ min: 1, max: 512, example: '<linkToken of the response>' })
  linkToken!: string;
}

/** The address that a code is mailed to. */
export class ExternalEmailDto {
  /** The `emailToken`. */
  @Text({ min: 1, max: 512, example: '<emailToken of the response>' })
  token!: string;

  /** An address of the user. */
  @EmailAddress()
  email!: string;
}

/** A mailed code. */
export class ExternalEmailCodeDto {
  /** The `emailToken`. */
  @Text({ min: 1, max: 512, example: '<emailToken of the response>' })
  token!: string;

  /** The 8 digits in the mail. */
  @Text({ min: 8, max: 8, pattern: /^[0-9]{8}$/, meaning: 'digits', example: '12345678' })
  code!: string;

  /** Whether to stay logged in for 30 days instead of 24 hours. */
  @Optional()
  @IsBoolean({ message: 'must be true or false' })
  remember?: boolean;
}
