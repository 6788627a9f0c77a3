import { IsBoolean, ValidateBy, type ValidationArguments, ValidateIf } from 'class-validator';
import { Optional, Text } from '../../../platform/validation/fields';
import { EmailAddress } from '../../../users/dto/email-address';

/** A request to sign in by mail. */
export class EmailLoginDto {
  /** The verified email address of the account. */
  @EmailAddress()
  email!: string;
}

/** The response to a request to sign in by mail, the same for every address. */
export class EmailChallengeDto {
  /**
   * Send it with the mailed code to `POST /auth/email-login/verify`; it is not an access token.
   * @example "lke_AZqj0nxOewqfPi9qTwyaEQ"
   */
  challengeToken!: string;
}

const hasCode = ({ challengeToken, code }: VerifyEmailLoginDto) => challengeToken !== undefined || code !== undefined;

/** The code and its challenge are not needed with the token of a link, and not allowed beside it. */
const UnlessByLink = () => ValidateIf((body: VerifyEmailLoginDto) => body.token === undefined || hasCode(body));

const Alone = () =>
  ValidateBy(
    {
      name: 'alone',
      validator: {
        validate: (_, args?: ValidationArguments) =>
          !(args?.object instanceof VerifyEmailLoginDto && hasCode(args.object)),
      },
    },
    { message: 'must be sent without challengeToken and code' },
  );

/** What a mail contained: `challengeToken` and `code`, or `token`. */
export class VerifyEmailLoginDto {
  /** From the response of `POST /auth/email-login` to this browser. */
  @UnlessByLink()
  @Text({ min: 1, max: 512, example: '<challengeToken of the request>' })
  challengeToken?: string;

  /** The 8 digits in the mail. */
  @UnlessByLink()
  @Text({ min: 8, max: 8, pattern: /^[0-9]{8}$/, meaning: 'digits', example: '20461735' })
  code?: string;

  /** What follows `#token=` in the link of the mail, instead of challenge and code. */
  @Optional()
  @Text({ min: 1, max: 512 })
  @Alone()
  token?: string;

  /** Whether to stay logged in for 30 days instead of 24 hours. @example false */
  @Optional()
  @IsBoolean({ message: 'must be true or false' })
  remember?: boolean;
}
