import { Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ExternalProviders } from '../../auth/external/providers/external-providers.service';
import { RegisterDto } from '../../auth/passwords/registration/dto/register.dto';
import { RegistrationService } from '../../auth/passwords/registration/registration.service';
import { REGISTER, REGISTER_MAIL } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { Public } from '../../platform/access/public.decorator';
import { clientInfoOf } from '../../platform/http/client/client-info';
import { anonymous } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { QueryText } from '../pages/query-text.decorator';
import { assertTypedTwice } from '../pages/repeated-password';
import { loginPath, sitePath } from '../pages/site-path';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { isSignedIn } from './is-signed-in';
import { SiteSignIn } from './site-sign-in.service';

@PageController()
export class RegisterPageController {
  constructor(
    private readonly registration: RegistrationService,
    private readonly site: SiteSignIn,
    private readonly providers: ExternalProviders,
  ) {}

  @Public()
  @Get('register')
  show(@Req() request: FastifyRequest, @QueryText('next') next: string): PageAnswer {
    return isSignedIn(request) ? new Redirect(sitePath(next) ?? '/') : this.page(newForm({ next }));
  }

  @Public()
  @RateLimitForm(REGISTER, REGISTER_MAIL)
  @Post('register')
  @HttpCode(200)
  register(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    const next = sitePath(form.text('next')) ?? '/';
    if (isSignedIn(request)) return Promise.resolve(new Redirect(next));
    return form.submit(
      async () => {
        const [username, email, password] = [form.text('username'), form.text('email'), form.text('password')];
        const account = await form.read(RegisterDto, { username, email, password });
        assertTypedTwice(form, 'password');
        await form.admit();
        const outcome = await this.registration.register(anonymous(clientInfoOf(request)), account);
        if (!outcome) return new Redirect(loginPath(next), { category: 'success', text: TEXTS.verificationSent });
        return this.site.goOn(reply, outcome, next, { category: 'success', text: TEXTS.welcome });
      },
      (state) => this.page(state),
    );
  }

  private page(form: FormState): View {
    return new View('register', { form, providers: this.providers.all });
  }
}
