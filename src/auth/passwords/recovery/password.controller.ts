import { Body, Controller, HttpCode, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../../platform/access/authenticated.decorator';
import { Public } from '../../../platform/access/public.decorator';
import { Problems } from '../../../platform/openapi/operation';
import { type AnonymousCaller, type Caller, CurrentUser } from '../../../users/caller';
import { RenewsDeviceToken } from '../../devices/gives-device-token.decorator';
import { StepUp } from '../../proofs/step-up.decorator';
import { FORGOT, REAUTHENTICATE, RESET } from '../../rate-limits/policies';
import { RateLimit } from '../../rate-limits/rate-limit.decorator';
import { ChangePasswordDto, PasswordChangedDto } from './dto/change-password.dto';
import { ForgotPasswordDto, ResetPasswordDto } from './dto/reset-password.dto';
import { PasswordChangeService } from './password-change.service';
import { PasswordResetRequestService } from './password-reset-request.service';
import { PasswordResetService } from './password-reset.service';

@ApiTags('Passwords')
@Controller('auth/password')
export class PasswordController {
  constructor(
    private readonly changes: PasswordChangeService,
    private readonly requests: PasswordResetRequestService,
    private readonly resets: PasswordResetService,
  ) {}

  /**
   * Changes the caller's password. Ends all other sessions, and revokes all API tokens unless `endApiTokens` is false;
   * this session stays.
   */
  @Authenticated()
  @Put()
  @RateLimit(REAUTHENTICATE)
  @StepUp({ takesPassword: true })
  @RenewsDeviceToken()
  @Problems('weak_password', 'invalid_credentials')
  changePassword(@CurrentUser() caller: Caller, @Body() wanted: ChangePasswordDto): Promise<PasswordChangedDto> {
    return this.changes.change(caller, wanted);
  }

  /** Mails a password reset link to the account with this address. The response is the same when there is none. */
  @Public()
  @Post('forgot')
  @HttpCode(202)
  @RateLimit(FORGOT)
  forgotPassword(@CurrentUser() caller: AnonymousCaller, @Body() { email }: ForgotPasswordDto): Promise<void> {
    return this.requests.request(caller, email);
  }

  /** Sets a new password with the token of a mailed link. Ends all sessions and revokes all API tokens. */
  @Public()
  @Post('reset')
  @HttpCode(204)
  @RateLimit(RESET)
  @Problems('invalid_one_time_token', 'weak_password', 'email_taken')
  resetPassword(@CurrentUser() caller: AnonymousCaller, @Body() { token, password }: ResetPasswordDto): Promise<void> {
    return this.resets.reset(caller, token, password);
  }
}
