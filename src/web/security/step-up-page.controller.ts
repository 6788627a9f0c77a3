import { Get, HttpCode, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ExternalReauthentication } from '../../auth/external/step-up/external-reauthentication.service';
import { StepUpService } from '../../auth/proofs/step-up.service';
import { REAUTHENTICATE } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { StepUpDto } from '../../auth/second-factor/dto/second-factor.dto';
import { StepUps } from '../../auth/second-factor/step-ups.service';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { type Caller, CurrentUser } from '../../users/caller';
import { evidenceIn } from '../factors/evidence';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { QueryText } from '../pages/query-text.decorator';
import { secretAt } from '../pages/secret-at';
import { sitePath } from '../pages/site-path';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { CookieSessions } from '../sessions/cookie-sessions.service';
import { Sensitive } from '../sessions/session-cookie.scheme';

/** Where `@StepUp()` sends visitors who have not authenticated recently; it leads back. */
@Authenticated()
@Sensitive()
@PageController('account/step-up')
export class StepUpPageController {
  constructor(
    private readonly proofs: StepUpService,
    private readonly stepUps: StepUps,
    private readonly sessions: CookieSessions,
    private readonly external: ExternalReauthentication,
  ) {}

  @Get()
  show(@CurrentUser() caller: Caller, @QueryText('next') next: string): Promise<View> {
    return this.page(caller, newForm({ next }));
  }

  @RateLimitForm(REAUTHENTICATE)
  @Post()
  @HttpCode(200)
  stepUp(
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Caller,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    return form.submit(
      async () => {
        const isPassword = form.text('method') === 'password';
        const evidence = isPassword ? { password: form.text('password') } : await evidenceIn(form);
        const proof = await form.read(StepUpDto, evidence);
        await form.admit();
        const [field = ''] = Object.keys(evidence);
        const { session } = await secretAt(field, () => this.stepUps.stepUp(caller, proof));
        this.sessions.hold(reply, session);
        return new Redirect(sitePath(form.text('next')) ?? '/account');
      },
      (state) => this.page(caller, state),
    );
  }

  private async page(caller: Caller, form: FormState): Promise<View> {
    const methods = await this.proofs.methodsOf(caller);
    const providers = methods.includes('external') ? await this.external.providersOf(caller.id) : [];
    return new View('security/step-up', { form, methods, providers });
  }
}
