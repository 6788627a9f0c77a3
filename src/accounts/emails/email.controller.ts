import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { OneTimeTokenDto } from '../../auth/links/one-time-token.dto';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { CHANGE_EMAIL, REAUTHENTICATE, RESEND } from '../../auth/rate-limits/policies';
import { RateLimit } from '../../auth/rate-limits/rate-limit.decorator';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { Public } from '../../platform/access/public.decorator';
import { Problems } from '../../platform/openapi/operation';
import { type AnonymousCaller, type Caller, CurrentUser } from '../../users/caller';
import { EmailRequestsService } from './email-requests.service';
import { EmailUndoService } from './email-undo.service';
import { EmailVerificationService } from './email-verification.service';
import { ChangeEmailDto } from './email.dto';

@ApiTags('Email')
@Controller()
export class EmailController {
  constructor(
    private readonly verification: EmailVerificationService,
    private readonly requests: EmailRequestsService,
    private readonly undo: EmailUndoService,
  ) {}

  /** Verifies the address of a new account, or a new address, with the token of a mailed link. */
  @Public()
  @Post('auth/email/verify')
  @HttpCode(204)
  @RateLimit()
  @Problems('invalid_one_time_token', 'email_taken')
  verifyEmail(@CurrentUser() caller: AnonymousCaller, @Body() { token }: OneTimeTokenDto): Promise<void> {
    return this.verification.verify(caller, token);
  }

  /** Mails the verification link to the caller's address again, at most once a minute. */
  @Authenticated()
  @Post('auth/email/verification')
  @HttpCode(202)
  @RateLimit(RESEND)
  sendEmailVerification(@CurrentUser() caller: Caller): Promise<void> {
    return this.requests.verification(caller);
  }

  /**
   * Undoes a change of address with the token of the link mailed to the old address. Ends all sessions and revokes all
   * API tokens.
   */
  @Public()
  @Post('auth/email/undo')
  @HttpCode(204)
  @RateLimit()
  @Problems('invalid_one_time_token', 'email_taken')
  undoEmailChange(@CurrentUser() caller: AnonymousCaller, @Body() { token }: OneTimeTokenDto): Promise<void> {
    return this.undo.undo(caller, token);
  }

  /** Requests a change of address. It takes effect when the link mailed to the new address is followed. */
  @Authenticated()
  @Post('users/me/email')
  @HttpCode(202)
  @RateLimit(REAUTHENTICATE, CHANGE_EMAIL)
  @StepUp({ takesPassword: true })
  @Problems('invalid_credentials')
  changeEmail(@CurrentUser() caller: Caller, @Body() wanted: ChangeEmailDto): Promise<void> {
    return this.requests.change(caller, wanted);
  }
}
