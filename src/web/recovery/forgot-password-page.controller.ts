import { Get, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ForgotPasswordDto } from '../../auth/passwords/recovery/dto/reset-password.dto';
import { PasswordResetRequestService } from '../../auth/passwords/recovery/password-reset-request.service';
import { FORGOT } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { Public } from '../../platform/access/public.decorator';
import { clientInfoOf } from '../../platform/http/client/client-info';
import { anonymous } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';

const page = (form: FormState) => new View('recovery/forgot-password', { form });

@PageController('forgot-password')
export class ForgotPasswordPageController {
  constructor(private readonly requests: PasswordResetRequestService) {}

  @Public()
  @Get()
  show(): View {
    return page(newForm());
  }

  /** Mails a link for a new password. The answer is the same when no account has the address. */
  @Public()
  @RateLimitForm(FORGOT)
  @Post()
  @HttpCode(200)
  send(@Req() request: FastifyRequest, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(async () => {
      const { email } = await form.read(ForgotPasswordDto, { email: form.text('email') });
      await form.admit();
      await this.requests.request(anonymous(clientInfoOf(request)), email);
      return new Redirect('/login', { category: 'success', text: TEXTS.resetLinkSent });
    }, page);
  }
}
