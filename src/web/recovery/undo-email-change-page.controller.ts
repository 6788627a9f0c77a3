import { Get, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { EmailUndoService } from '../../accounts/emails/email-undo.service';
import { OneTimeTokenDto } from '../../auth/links/one-time-token.dto';
import { RateLimit } from '../../auth/rate-limits/rate-limit.decorator';
import { Public } from '../../platform/access/public.decorator';
import { clientInfoOf } from '../../platform/http/client/client-info';
import { anonymous } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';

const page = (form: FormState) => new View('recovery/undo-email-change', { form });

@PageController('undo-email-change')
export class UndoEmailChangePageController {
  constructor(private readonly undoing: EmailUndoService) {}

  /** The link that was mailed to the former address leads here. Nothing is undone before the form is sent. */
  @Public()
  @Get()
  show(): View {
    return page(newForm());
  }

  @Public()
  @RateLimit()
  @Post()
  @HttpCode(200)
  undo(@Req() request: FastifyRequest, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(async () => {
      const { token } = await form.read(OneTimeTokenDto, { token: form.text('token').trim() });
      await this.undoing.undo(anonymous(clientInfoOf(request)), token);
      return new Redirect('/login', { category: 'success', text: TEXTS.emailChangeUndone });
    }, page);
  }
}
