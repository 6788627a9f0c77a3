import { Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SECOND_FACTOR } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { CompleteSignInDto } from '../../auth/second-factor/dto/second-factor.dto';
import { LostFactors } from '../../auth/second-factor/lost-factors.service';
import { SecondStep } from '../../auth/second-factor/second-step.service';
import { Public } from '../../platform/access/public.decorator';
import { SignInConfig } from '../../platform/config/sign-in/sign-in.config';
import { clientInfoOf } from '../../platform/http/client/client-info';
import { anonymous } from '../../users/caller';
import { evidenceIn } from '../factors/evidence';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { QueryText } from '../pages/query-text.decorator';
import { secretAt } from '../pages/secret-at';
import { sitePath } from '../pages/site-path';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { durationText, TEXTS } from '../rendering/texts';
import { isSignedIn } from './is-signed-in';
import { SiteSignIn } from './site-sign-in.service';

/** The second step of a login. */
@PageController('login/second-factor')
export class SecondFactorPageController {
  constructor(
    private readonly secondStep: SecondStep,
    private readonly signIn: SiteSignIn,
    private readonly config: SignInConfig,
    private readonly lost: LostFactors,
  ) {}

  @Public()
  @Get()
  async show(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @QueryText('next') next: string,
  ): Promise<PageAnswer> {
    if (isSignedIn(request)) return new Redirect(sitePath(next) ?? '/');
    return this.signIn.continue(request, reply, next, (token) => this.page(token, newForm({ next })));
  }

  @Public()
  @RateLimitForm(SECOND_FACTOR)
  @Post()
  @HttpCode(200)
  async complete(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    const next = sitePath(form.text('next')) ?? '/';
    if (isSignedIn(request)) return new Redirect(next);
    const caller = anonymous(clientInfoOf(request));
    return this.signIn.continue(request, reply, next, (challengeToken) =>
      form.submit(
        async () => {
          const [evidence, trustDevice] = [await evidenceIn(form), form.isChecked('trustDevice')];
          const wanted = await form.read(CompleteSignInDto, { challengeToken, trustDevice, ...evidence });
          await form.admit();
          const [field = ''] = Object.keys(evidence);
          await this.signIn.begin(
            reply,
            await secretAt(field, () => this.secondStep.complete(caller, request, wanted)),
          );
          return new Redirect(next);
        },
        (state) => this.page(challengeToken, state),
      ),
    );
  }

  /** Reports the second factors lost: they are removed after a wait, in which the owner is told. */
  @Public()
  @RateLimitForm(SECOND_FACTOR)
  @Post('lost')
  @HttpCode(200)
  async reportLost(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    return this.signIn.continue(request, reply, '', (challengeToken) =>
      form.submit(
        async () => {
          await form.admit();
          await this.lost.report(anonymous(clientInfoOf(request)), challengeToken);
          return new Redirect('/login', { category: 'success', text: TEXTS.secondFactorLost });
        },
        (state) => this.page(challengeToken, state),
      ),
    );
  }

  private async page(challengeToken: string, form: FormState): Promise<View> {
    const ttl = this.config.trustedDeviceTtl;
    const methods = await this.secondStep.methods(challengeToken);
    return new View('login/second-factor', { form, methods, trust: ttl === 0 ? '' : durationText(ttl) });
  }
}
