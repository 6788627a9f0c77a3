import { Get, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { OneTimeTokenDto } from '../../auth/links/one-time-token.dto';
import { RateLimit } from '../../auth/rate-limits/rate-limit.decorator';
import { LostFactors } from '../../auth/second-factor/lost-factors.service';
import { Public } from '../../platform/access/public.decorator';
import { clientInfoOf } from '../../platform/http/client/client-info';
import { anonymous } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';

const page = (form: FormState) => new View('recovery/keep-second-factor', { form });

@PageController('keep-second-factor')
export class KeepSecondFactorPageController {
  constructor(private readonly lost: LostFactors) {}

  /** The link in the mail about second factors that were reported lost leads here. Nothing changes before the form is sent. */
  @Public()
  @Get()
  show(): View {
    return page(newForm());
  }

  @Public()
  @RateLimit()
  @Post()
  @HttpCode(200)
  keep(@Req() request: FastifyRequest, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(async () => {
      const { token } = await form.read(OneTimeTokenDto, { token: form.text('token').trim() });
      await this.lost.keep(anonymous(clientInfoOf(request)), token);
      return new Redirect('/login', { category: 'success', text: TEXTS.secondFactorKept });
    }, page);
  }
}
