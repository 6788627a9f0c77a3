import { Get, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ResetPasswordDto } from '../../auth/passwords/recovery/dto/reset-password.dto';
import { PasswordResetService } from '../../auth/passwords/recovery/password-reset.service';
import { RESET } from '../../auth/rate-limits/policies';
import { RateLimit } from '../../auth/rate-limits/rate-limit.decorator';
import { Public } from '../../platform/access/public.decorator';
import { clientInfoOf } from '../../platform/http/client/client-info';
import { anonymous } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { assertTypedTwice } from '../pages/repeated-password';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';

const page = (form: FormState) => new View('recovery/reset-password', { form });

@PageController('reset-password')
export class ResetPasswordPageController {
  constructor(private readonly resets: PasswordResetService) {}

  /** The mailed link leads here. Its token stays in the browser until the form is sent. */
  @Public()
  @Get()
  show(): View {
    return page(newForm());
  }

  @Public()
  @RateLimit(RESET)
  @Post()
  @HttpCode(200)
  reset(@Req() request: FastifyRequest, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(async () => {
      const wanted = { token: form.text('token').trim(), password: form.text('password') };
      const { token, password } = await form.read(ResetPasswordDto, wanted);
      assertTypedTwice(form, 'password');
      await this.resets.reset(anonymous(clientInfoOf(request)), token, password);
      return new Redirect('/login', { category: 'success', text: TEXTS.passwordReset });
    }, page);
  }
}
