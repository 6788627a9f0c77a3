import { Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ExternalSignIns } from '../../auth/external/flow/external-sign-ins.service';
import { ExternalStepUps } from '../../auth/external/step-up/external-step-ups.service';
import { EXTERNAL_SIGN_IN } from '../../auth/rate-limits/policies';
import { RateLimit, RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { admitForm } from '../../auth/rate-limits/rate-limit.guard';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { type Caller, CurrentUser } from '../../users/caller';
import { type Form, FormBody } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { sitePath, stepUpPath } from '../pages/site-path';
import { type PageAnswer, Redirect } from '../rendering/page-answer';
import { CookieSessions } from '../sessions/cookie-sessions.service';
import { Sensitive } from '../sessions/session-cookie.scheme';
import { orFailurePage } from './failure-page';
import type { PageFlow } from './page-flow';
import { PageFlows } from './page-flows.service';

/** Step-up by a provider, for accounts that have nothing else to prove. */
@Authenticated()
@Sensitive()
@PageController('account/step-up/external')
export class ExternalStepUpPageController {
  constructor(
    private readonly flows: PageFlows,
    private readonly signIns: ExternalSignIns,
    private readonly stepUps: ExternalStepUps,
    private readonly sessions: CookieSessions,
  ) {}

  /** Sends the visitor to a provider. */
  @RateLimit(EXTERNAL_SIGN_IN)
  @Post(':provider')
  @HttpCode(200)
  leave(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('provider') provider: string,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    const page = { next: sitePath(form.text('next')) ?? '', remembered: false };
    return orFailurePage(request, '/account/step-up', () => this.flows.leave(reply, provider, 'step-up', page));
  }

  /** Raises the session of a visitor who is back from the provider, and leads on. */
  @RateLimitForm(EXTERNAL_SIGN_IN)
  @Get()
  comeBack(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Caller,
  ): Promise<PageAnswer> {
    const work = async (flow: PageFlow) => {
      await admitForm(request);
      const { session } = await this.stepUps.stepUpBy(caller, flow, this.signIns.tokenFor(flow, 'code'));
      this.sessions.hold(reply, session);
      return new Redirect(sitePath(flow.page.next) ?? '/account');
    };
    return this.flows.continue(request, work, (flow) => stepUpPath(sitePath(flow?.page.next ?? '') ?? '/account'));
  }
}
