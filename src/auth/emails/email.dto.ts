import { ApiProperty } from '@nestjs/swagger';
import { IsEmail } from 'class-validator';
import { Text } from '../../common/validation/fields';

/** An email address property. */
export const EmailAddress = (): PropertyDecorator => (target, key) => {
  ApiProperty({ format: 'email', maxLength: 254, example: 'alice@example.com' })(target, key);
  IsEmail({}, { message: 'must be an email address' })(target, String(key));
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
