import { Get, HttpCode, Post } from '@nestjs/common';
import { EmailRequestsService } from '../../accounts/emails/email-requests.service';
import { ChangeEmailDto } from '../../accounts/emails/email.dto';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { StepUpService } from '../../auth/proofs/step-up.service';
import { CHANGE_EMAIL, REAUTHENTICATE, RESEND } from '../../auth/rate-limits/policies';
import { RateLimit } from '../../auth/rate-limits/rate-limit.decorator';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { type Caller, CurrentUser } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { secretAt } from '../pages/secret-at';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { Sensitive } from '../sessions/session-cookie.scheme';

@Authenticated()
@Sensitive()
@PageController('account/email')
export class EmailPageController {
  constructor(
    private readonly requests: EmailRequestsService,
    private readonly proofs: StepUpService,
  ) {}

  @Get()
  @StepUp({ takesPassword: true })
  show(@CurrentUser() caller: Caller): Promise<View> {
    return this.page(caller, newForm());
  }

  /** Asks for another address. It changes once the link that is mailed there is followed. */
  @RateLimit(REAUTHENTICATE, CHANGE_EMAIL)
  @Post()
  @StepUp({ takesPassword: true })
  @HttpCode(200)
  change(@CurrentUser() caller: Caller, @FormBody() form: Form): Promise<PageAnswer> {
    const change = async () => {
      const [email, password] = [form.text('email'), form.text('password')];
      const wanted = await form.read(ChangeEmailDto, { email, password });
      await secretAt('password', () => this.requests.change(caller, wanted));
      return new Redirect('/account/email', { category: 'success', text: TEXTS.emailChangeRequested });
    };
    return form.submit(change, (state) => this.page(caller, state));
  }

  /** Mails the link that proves the address again. */
  @RateLimit(RESEND)
  @Post('verification')
  @HttpCode(200)
  async sendVerification(@CurrentUser() caller: Caller): Promise<Redirect> {
    await this.requests.verification(caller);
    return new Redirect('/account', { category: 'success', text: TEXTS.verificationSentAgain });
  }

  private async page(caller: Caller, form: FormState): Promise<View> {
    return new View('account/email', { form, asksPassword: await this.proofs.hasFirstFactor(caller) });
  }
}
