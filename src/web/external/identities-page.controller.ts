import { Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ExternalLinking } from '../../auth/external/external-linking.service';
import { ExternalSignIns } from '../../auth/external/flow/external-sign-ins.service';
import { ExternalIdentities } from '../../auth/external/identities/external-identities.service';
import type { ExternalIdentity } from '../../auth/external/identities/external-identity.entity';
import { ExternalProviders } from '../../auth/external/providers/external-providers.service';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { EXTERNAL_SIGN_IN } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { IdPipe } from '../../platform/validation/id.pipe';
import { type Caller, CurrentUser } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { sitePath } from '../pages/site-path';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { Sensitive } from '../sessions/session-cookie.scheme';
import { orFailurePage } from './failure-page';
import { IDENTITIES, type PageFlow } from './page-flow';
import { PageFlows } from './page-flows.service';

const toList = () => IDENTITIES;

/** The accounts at providers by which the owner of this one signs in. */
@Authenticated()
@Sensitive()
@PageController('account/security/identities')
export class IdentitiesPageController {
  constructor(
    private readonly identities: ExternalIdentities,
    private readonly providers: ExternalProviders,
    private readonly linking: ExternalLinking,
    private readonly signIns: ExternalSignIns,
    private readonly flows: PageFlows,
  ) {}

  @Get()
  show(@CurrentUser() caller: Caller): Promise<View> {
    return this.page(caller, newForm());
  }

  /** Sends the owner to a provider. */
  @RateLimitForm(EXTERNAL_SIGN_IN)
  @Post('link/:provider')
  @StepUp()
  @HttpCode(200)
  leave(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Caller,
    @Param('provider') provider: string,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    const work = async () => {
      await form.admit();
      return this.flows.leave(reply, provider, 'link', { next: IDENTITIES, remembered: false });
    };
    return orFailurePage(request, IDENTITIES, () => form.submit(work, (state) => this.page(caller, state)));
  }

  /** Shows whose account it is, before it is linked: a provider may have signed in another one than its owner thinks. */
  @Get('link')
  @StepUp()
  offer(@Req() request: FastifyRequest, @CurrentUser() caller: Caller): Promise<PageAnswer> {
    return this.flows.continue(request, (flow) => this.linkPage(caller, flow, newForm()), toList);
  }

  @RateLimitForm(EXTERNAL_SIGN_IN)
  @Post('link')
  @StepUp()
  @HttpCode(200)
  link(@Req() request: FastifyRequest, @CurrentUser() caller: Caller, @FormBody() form: Form): Promise<PageAnswer> {
    const work = async (flow: PageFlow) => {
      await form.admit();
      await this.linking.link(caller, flow, this.signIns.tokenFor(flow, 'link'));
      return new Redirect(sitePath(flow.page.next) ?? IDENTITIES, { category: 'success', text: TEXTS.identityLinked });
    };
    const submit = (flow: PageFlow) =>
      form.submit(
        () => work(flow),
        (state) => this.linkPage(caller, flow, state),
      );
    return this.flows.continue(request, submit, toList);
  }

  @Get(':id/remove')
  @StepUp()
  offerRemoval(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<View> {
    return this.removalPage(caller, id, newForm());
  }

  @Post(':id/remove')
  @StepUp()
  @HttpCode(200)
  remove(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(
      async () => {
        await this.identities.remove(caller, id);
        return new Redirect(IDENTITIES, { category: 'success', text: TEXTS.identityUnlinked });
      },
      (state) => this.removalPage(caller, id, state),
    );
  }

  private async page(caller: Caller, form: FormState): Promise<View> {
    const { items } = await this.identities.list(caller, { limit: 100 });
    const identities = items.map((identity) => this.shown(identity));
    return new View('external/identities', { form, identities, providers: this.providers.all });
  }

  private async linkPage(caller: Caller, flow: PageFlow, form: FormState): Promise<View> {
    const { provider, email, isEmailVerified } = await this.linking.find(
      caller,
      flow,
      this.signIns.tokenFor(flow, 'link'),
    );
    return new View('external/link', { form, name: this.flows.nameOf(provider), email, isEmailVerified });
  }

  private async removalPage(caller: Caller, id: string, form: FormState): Promise<View> {
    return new View('external/remove', { form, identity: this.shown(await this.identities.get(caller, id)) });
  }

  private shown({ id, provider, email, createdAt, lastUsedAt }: ExternalIdentity) {
    return { id, name: this.flows.nameOf(provider), email, createdAt, lastUsedAt };
  }
}
