import { domainToASCII, domainToUnicode } from 'node:url';
import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, ValidateBy } from 'class-validator';
import { Text } from '../../common/validation/fields';

const MESSAGE = 'must be an email address';

/** Mail servers get a domain in ASCII; one that becomes another one on the way there is not what its owner wrote. */
function isDomainExact(value: unknown): boolean {
  const domain = typeof value === 'string' ? value.slice(value.lastIndexOf('@') + 1).toLowerCase() : '';
  const ascii = domainToASCII(domain);
  return ascii !== '' && (ascii === domain || domainToUnicode(ascii) === domain.normalize('NFC'));
}

/** An email address property. Quoted local parts are refused: programs read them in different ways. */
export const EmailAddress =
  (example = 'alice@example.com'): PropertyDecorator =>
  (target, key) => {
    ApiProperty({ format: 'email', maxLength: 254, example })(target, key);
    IsEmail({ blacklisted_chars: '"' }, { message: MESSAGE })(target, String(key));
    ValidateBy({ name: 'exactDomain', validator: { validate: isDomainExact } }, { message: MESSAGE })(
      target,
      String(key),
    );
  };

/** The token of a mailed link. */
export class OneTimeTokenDto {
  /** What follows `#token=` in the link. */
  @Text({ min: 1, max: 512, example: '<what follows #token= in the link>' })
  token!: string;
}

/** Another address for the account, and the password as a fresh proof. */
export class ChangeEmailDto {
  /** The new address. */
  @EmailAddress('alice@example.org')
  email!: string;

  /** The password of the account, as a fresh proof. */
  @Text({ min: 1, max: 256, example: 'correct horse battery staple' })
  password!: string;
}
