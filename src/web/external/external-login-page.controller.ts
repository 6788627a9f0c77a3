import { Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EXTERNAL_SIGN_IN } from '../../auth/rate-limits/policies';
import { RateLimit, RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { admitForm } from '../../auth/rate-limits/rate-limit.guard';
import { Public } from '../../platform/access/public.decorator';
import { type Form, FormBody } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { sitePath } from '../pages/site-path';
import { type PageAnswer, Redirect } from '../rendering/page-answer';
import { isSignedIn } from '../sign-in/is-signed-in';
import { ExternalPageSignIns } from './external-sign-ins.service';
import { orFailurePage } from './failure-page';
import { IDENTITIES } from './page-flow';
import { PageFlows } from './page-flows.service';

/** Login with the account of another provider. */
@PageController('login/external')
export class ExternalLoginPageController {
  constructor(
    private readonly flows: PageFlows,
    private readonly signIns: ExternalPageSignIns,
  ) {}

  /** Sends the visitor to a provider. */
  @Public()
  @RateLimit(EXTERNAL_SIGN_IN)
  @Post(':provider')
  @HttpCode(200)
  leave(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('provider') provider: string,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    const page = { next: sitePath(form.text('next')) ?? '', remembered: form.isChecked('remember') };
    if (isSignedIn(request)) return Promise.resolve(new Redirect(page.next === '' ? '/' : page.next));
    return orFailurePage(request, '/login', () => this.flows.leave(reply, provider, 'login', page));
  }

  /** Continues when the browser is back from a provider that has confirmed who it is. */
  @Public()
  @RateLimitForm(EXTERNAL_SIGN_IN)
  @Get()
  comeBack(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<PageAnswer> {
    return this.flows.continue(request, async (flow) => {
      await admitForm(request);
      if (flow.intent === 'link') return new Redirect(`${IDENTITIES}/link`);
      if (flow.intent === 'step-up') return new Redirect('/account/step-up/external');
      if (isSignedIn(request)) return new Redirect(sitePath(flow.page.next) ?? '/');
      return this.signIns.complete(reply, flow);
    });
  }
}
