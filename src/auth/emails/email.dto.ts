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
export const EmailAddress = (): PropertyDecorator => (target, key) => {
  ApiProperty({ format: 'email', maxLength: 254, example: 'alice@example.com' })(target, key);
  IsEmail({ blacklisted_chars: '"' }, { message: MESSAGE })(target, String(key));
  ValidateBy({ name: 'exactDomain', validator: { validate: isDomainExact } }, { message: MESSAGE })(
    target,
    String(key),
  );
};

/** A token from a mailed link. */
export class OneTimeTokenDto {
  /** What stands behind `#token=` in the link. */
  @Text({ min: 1, max: 512, example: 'lko_AZqj0nxOewqfPi9qTwyaEQAAAAA' })
  token!: string;
}

/** Another address for one's account. */
export class ChangeEmailDto {
  /** The new address. */
  @EmailAddress()
  email!: string;

  /** The caller's password. */
  @Text({ min: 1, max: 256, example: 'correct horse battery staple' })
  password!: string;
}
