import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../../common/validation/fields';
import { Username } from '../../users/dto/username';
import { EmailAddress } from '../emails/email.dto';

/** A new account. */
export class RegisterDto {
  @Username()
  username!: string;

  /** Email address. */
  @EmailAddress()
  email!: string;

  /** 8 to 256 characters of any Unicode. */
  @Text({ min: 8, max: 256, example: 'correct horse battery staple' })
  password!: string;
}

/** The account exists, and its address must be verified before it can log in. */
export class VerificationRequiredDto {
  @ApiProperty({ enum: ['verification_required'], example: 'verification_required' })
  status!: 'verification_required';
}
