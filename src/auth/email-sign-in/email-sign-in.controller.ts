import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/access/public.decorator';
import { Problems } from '../../platform/openapi/operation';
import { type AnonymousCaller, CurrentUser } from '../../users/caller';
import { EMAIL_LOGIN, VERIFY_EMAIL_LOGIN } from '../rate-limits/policies';
import { RateLimit } from '../rate-limits/rate-limit.decorator';
import type { AuthResponseDto } from '../sign-in/dto/auth-response.dto';
import type { ChallengeDto } from '../sign-in/dto/challenge.dto';
import { SignInService } from '../sign-in/sign-in.service';
import { SignsIn } from '../sign-in/signs-in.decorator';
import { EmailChallengeDto, EmailLoginDto, VerifyEmailLoginDto } from './dto/email-login.dto';
import { EmailSignInRequests } from './email-sign-in-request.service';
import { EmailSignInGuard } from './email-sign-in.guard';
import { EmailSignIn } from './email-sign-in.service';

@ApiTags('Auth')
@UseGuards(EmailSignInGuard)
@Controller('auth/email-login')
export class EmailSignInController {
  constructor(
    private readonly requests: EmailSignInRequests,
    private readonly emailSignIn: EmailSignIn,
    private readonly signIn: SignInService,
  ) {}

  /**
   * Mails a code of 8 digits and a link to the account with this address, if it is verified. The response is the same when
   * there is none. Each request invalidates the code of the one before. 404 unless `EMAIL_SIGN_IN` is on.
   */
  @Public()
  @Post()
  @HttpCode(202)
  @RateLimit(EMAIL_LOGIN)
  @Problems('not_found')
  async requestEmailLogin(
    @CurrentUser() caller: AnonymousCaller,
    @Body() { email }: EmailLoginDto,
  ): Promise<EmailChallengeDto> {
    return { challengeToken: await this.requests.request(caller, email) };
  }

  /**
   * Logs in with a mailed code and the `challengeToken` of the request for it, or with the `token` of the mailed link. Both
   * are valid for 10 minutes and can be used once. 404 unless `EMAIL_SIGN_IN` is on.
   */
  @Public()
  @RateLimit(VERIFY_EMAIL_LOGIN)
  @Post('verify')
  @HttpCode(200)
  @SignsIn()
  @Problems('invalid_email_code', 'not_found')
  async verifyEmailLogin(
    @CurrentUser() caller: AnonymousCaller,
    @Body() { challengeToken = '', code = '', token, remember = false }: VerifyEmailLoginDto,
  ): Promise<AuthResponseDto | ChallengeDto> {
    const start = { remembered: remember, isExpected: false };
    const outcome =
      token === undefined
        ? await this.emailSignIn.byCode(caller, { challengeToken, code }, start)
        : await this.emailSignIn.byLink(caller, token, start);
    return this.signIn.respondTo(outcome);
  }
}
