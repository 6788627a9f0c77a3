import { Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ExternalEmailCodeDto, ExternalEmailDto } from '../../auth/external/dto/external.dto';
import { EXTERNAL_MAIL, EXTERNAL_SIGN_IN } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { Public } from '../../platform/access/public.decorator';
import { digitsIn } from '../factors/evidence';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { secretAt } from '../pages/secret-at';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { ExternalPageSignIns } from './external-sign-ins.service';
import type { PageFlow } from './page-flow';
import { PageFlows } from './page-flows.service';

/** The token is in the cookie of the sign-in; the rules of the API want one. */
const HELD = 'held';

/** An address that is proven by a mailed code, where a provider vouches for none. */
@PageController('login/external-email')
export class ExternalEmailPageController {
  constructor(
    private readonly flows: PageFlows,
    private readonly signIns: ExternalPageSignIns,
  ) {}

  /** Asks for an address; the one that the provider named is filled in. */
  @Public()
  @Get()
  show(@Req() request: FastifyRequest): Promise<PageAnswer> {
    return this.flows.continue(request, async (flow) => {
      const email = await this.signIns.emailOf(flow);
      return this.page(flow, newForm({ email: email ?? '' }));
    });
  }

  /** Mails a code. The answer is the same whether or not an account has the address. */
  @Public()
  @RateLimitForm(EXTERNAL_MAIL)
  @Post()
  @HttpCode(200)
  send(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    return this.flows.continue(request, (flow) =>
      form.submit(
        async () => {
          const { email } = await form.read(ExternalEmailDto, { token: HELD, email: form.text('email') });
          await form.admit();
          await this.signIns.mail(reply, flow, email);
          return new Redirect('/login/external-email/code');
        },
        (state) => this.page(flow, state),
      ),
    );
  }

  @Public()
  @Get('code')
  askForCode(@Req() request: FastifyRequest): Promise<PageAnswer> {
    return this.flows.continue(request, (flow) => this.codePage(flow, newForm()));
  }

  /** Logs in by a code, which is valid only in the browser that was at the provider. */
  @Public()
  @RateLimitForm(EXTERNAL_SIGN_IN)
  @Post('code')
  @HttpCode(200)
  verify(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    return this.flows.continue(request, (flow) =>
      form.submit(
        async () => {
          const { code } = await form.read(ExternalEmailCodeDto, { token: HELD, code: digitsIn(form, 'code') });
          await form.admit();
          return secretAt('code', () => this.signIns.verify(reply, flow, code));
        },
        (state) => this.codePage(flow, state),
      ),
    );
  }

  private page({ provider }: PageFlow, form: FormState): View {
    return new View('external/email', { form, name: this.flows.nameOf(provider) });
  }

  private async codePage(flow: PageFlow, form: FormState): Promise<View> {
    return new View('external/email-code', { form, email: await this.signIns.emailOf(flow) });
  }
}
