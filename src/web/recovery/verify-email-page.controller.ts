import { Get, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { EmailVerificationService } from '../../accounts/emails/email-verification.service';
import { OneTimeTokenDto } from '../../auth/links/one-time-token.dto';
import { RateLimit } from '../../auth/rate-limits/rate-limit.decorator';
import { Public } from '../../platform/access/public.decorator';
import { clientInfoOf } from '../../platform/http/client/client-info';
import { anonymous } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { isSignedIn } from '../sign-in/is-signed-in';

const page = (form: FormState) => new View('recovery/verify-email', { form });

@PageController('verify-email')
export class VerifyEmailPageController {
  constructor(private readonly verification: EmailVerificationService) {}

  /** The mailed link leads here. Nothing is verified before the form is sent, as mail scanners follow links. */
  @Public()
  @Get()
  show(): View {
    return page(newForm());
  }

  @Public()
  @RateLimit()
  @Post()
  @HttpCode(200)
  verify(@Req() request: FastifyRequest, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(async () => {
      const { token } = await form.read(OneTimeTokenDto, { token: form.text('token').trim() });
      await this.verification.verify(anonymous(clientInfoOf(request)), token);
      const next = isSignedIn(request) ? '/account' : '/login';
      return new Redirect(next, { category: 'success', text: TEXTS.emailVerified });
    }, page);
  }
}
