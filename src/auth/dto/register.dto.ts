import { ApiProperty } from '@nestjs/swagger';
import { IsEmail } from 'class-validator';
import { Text } from '../../common/validation/fields';
import { Username } from '../../users/dto/username';

/** A new account. */
export class RegisterDto {
  @Username()
  username!: string;

  /** Email address. */
  @ApiProperty({ format: 'email', maxLength: 254, example: 'alice@example.com' })
  @IsEmail({}, { message: 'must be an email address' })
  email!: string;

  /** 8 to 256 characters of any Unicode. */
  @Text({ min: 8, max: 256, example: 'correct horse battery staple' })
  password!: string;
}
