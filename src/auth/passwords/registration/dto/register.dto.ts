import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../../../../platform/validation/fields';
import { EmailAddress } from '../../../../users/dto/email-address';
import { Username } from '../../../../users/dto/username';

/** A new account. */
export class RegisterDto {
  /** 3 to 80 letters, digits, `_`, `.` and `-`; unique, ignoring case. */
  @Username()
  username!: string;

  /** Email address; unique, ignoring case. */
  @EmailAddress()
  email!: string;

  /** 8 to 256 characters, any Unicode; refused if it is easy to guess or, where the server checks it, leaked. */
  @Text({ min: 8, max: 256, example: 'correct horse battery staple' })
  password!: string;
}

/** The account exists, and its address must be verified before it can log in. */
export class VerificationRequiredDto {
  /** Always `verification_required`: follow the link that was mailed, then log in. */
  @ApiProperty({ enum: ['verification_required'], example: 'verification_required' })
  status!: 'verification_required';
}
