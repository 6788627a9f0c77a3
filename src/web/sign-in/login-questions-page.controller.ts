import { HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PasskeyQuestions } from '../../auth/passkeys/login/passkey-questions.service';
import type { CeremonyDto } from '../../auth/passkeys/webauthn/dto/ceremony.dto';
import { RateLimit } from '../../auth/rate-limits/rate-limit.decorator';
import { Public } from '../../platform/access/public.decorator';
import { PageController } from '../pages/page-controller.decorator';
import type { Redirect } from '../rendering/page-answer';
import { SiteSignIn } from './site-sign-in.service';

/** What the scripts of login pages ask an authenticator. */
@Public()
@PageController('login')
export class LoginQuestionsPageController {
  constructor(
    private readonly questions: PasskeyQuestions,
    private readonly signIn: SiteSignIn,
  ) {}

  @RateLimit()
  @Post('passkey/options')
  @HttpCode(200)
  forLogin(): Promise<CeremonyDto> {
    return this.questions.forLogin();
  }

  @RateLimit()
  @Post('second-factor/options')
  @HttpCode(200)
  forSecondFactor(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CeremonyDto | Redirect> {
    return this.signIn.continue(request, reply, '', (token) => this.questions.forChallenge(token));
  }
}
