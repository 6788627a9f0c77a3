import { Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SECOND_FACTOR } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { SecondStep } from '../../auth/second-factor/second-step.service';
import { ConfirmTotpDto } from '../../auth/totp/dto/confirm-totp.dto';
import { TotpEnrollment } from '../../auth/totp/totp-enrollment.service';
import { Public } from '../../platform/access/public.decorator';
import { IdPipe } from '../../platform/validation/id.pipe';
import { anonymous, type Caller } from '../../users/caller';
import { digitsIn } from '../factors/evidence';
import { recoveryCodesPage, totpPage } from '../factors/factor-pages';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { QueryText } from '../pages/query-text.decorator';
import { secretAt } from '../pages/secret-at';
import { sitePath, withNext } from '../pages/site-path';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { Visitors } from '../sessions/visitors.service';
import { SiteSignIn } from './site-sign-in.service';

const choice = (form: FormState) => new View('login/enroll', { form });

/** A second factor that has to be set up before the login is complete. */
@PageController('login/enroll')
export class EnrollPageController {
  constructor(
    private readonly enrollment: TotpEnrollment,
    private readonly secondStep: SecondStep,
    private readonly signIn: SiteSignIn,
    private readonly visitors: Visitors,
  ) {}

  /** The kinds of factors to choose from. */
  @Public()
  @Get()
  show(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @QueryText('next') next: string,
  ): Promise<PageAnswer> {
    return this.signIn.enroll(request, reply, next, () => Promise.resolve(choice(newForm({ next }))));
  }

  /** Makes a key for an authenticator app. */
  @Public()
  @RateLimitForm(SECOND_FACTOR)
  @Post()
  @HttpCode(200)
  add(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    const next = form.text('next');
    return this.signIn.enroll(request, reply, next, (caller) =>
      form.submit(async () => {
        await form.admit();
        const { id } = await this.enrollment.add(caller);
        return new Redirect(withNext(`/login/enroll/${id}`, sitePath(next) ?? '/'));
      }, choice),
    );
  }

  @Public()
  @Get(':id')
  setUp(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id', IdPipe) id: string,
    @QueryText('next') next: string,
  ): Promise<PageAnswer> {
    return this.signIn.enroll(request, reply, next, (caller) => this.page(caller, id, newForm({ next })));
  }

  /** Completes the login by the first code of the app. */
  @Public()
  @RateLimitForm(SECOND_FACTOR)
  @Post(':id')
  @HttpCode(200)
  confirm(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id', IdPipe) id: string,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    const next = sitePath(form.text('next')) ?? '/';
    return this.signIn.enroll(request, reply, next, (caller, challengeToken) =>
      form.submit(
        async () => {
          const { code } = await form.read(ConfirmTotpDto, { code: digitsIn(form, 'code') });
          await form.admit();
          const codes = await secretAt('code', () => this.enrollment.confirm(caller, id, code));
          const { client } = caller;
          await this.signIn.begin(
            reply,
            await this.secondStep.complete(anonymous(client), request, { challengeToken }),
          );
          if (!codes) return new Redirect(next, { category: 'success', text: TEXTS.factorEnrolled });
          // The page with the codes is one of the new session.
          await this.visitors.recognize(request);
          return recoveryCodesPage(codes, next);
        },
        (state) => this.page(caller, id, state),
      ),
    );
  }

  private async page(caller: Caller, id: string, form: FormState): Promise<View> {
    return totpPage('login/enroll-totp', form, await this.enrollment.show(caller, id));
  }
}
