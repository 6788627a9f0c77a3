import { Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ExternalProviders } from '../../auth/external/providers/external-providers.service';
import { PasskeyEvidenceDto } from '../../auth/passkeys/dto/passkey-evidence.dto';
import { PasskeyLogin } from '../../auth/passkeys/login/passkey-login.service';
import { LoginDto } from '../../auth/passwords/login/dto/login.dto';
import { PasswordLogin } from '../../auth/passwords/login/password-login.service';
import { LOGIN, PASSKEY_LOGIN } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { type SignInOutcome, SignInService } from '../../auth/sign-in/sign-in.service';
import { Public } from '../../platform/access/public.decorator';
import { SignInConfig } from '../../platform/config/sign-in/sign-in.config';
import { clientInfoOf } from '../../platform/http/client/client-info';
import { anonymous } from '../../users/caller';
import { passkeyIn } from '../factors/passkey-answer';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { QueryText } from '../pages/query-text.decorator';
import { secretAt } from '../pages/secret-at';
import { sitePath } from '../pages/site-path';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { CookieSessions } from '../sessions/cookie-sessions.service';
import { isSignedIn } from './is-signed-in';
import { SiteSignIn } from './site-sign-in.service';

@PageController()
export class LoginPageController {
  constructor(
    private readonly logins: PasswordLogin,
    private readonly passkeyLogins: PasskeyLogin,
    private readonly signIn: SignInService,
    private readonly site: SiteSignIn,
    private readonly sessions: CookieSessions,
    private readonly config: SignInConfig,
    private readonly providers: ExternalProviders,
  ) {}

  @Public()
  @Get('login')
  show(@Req() request: FastifyRequest, @QueryText('next') next: string): PageAnswer {
    return isSignedIn(request) ? new Redirect(sitePath(next) ?? '/') : this.page(newForm({ next }));
  }

  @Public()
  @RateLimitForm(LOGIN)
  @Post('login')
  @HttpCode(200)
  logIn(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    return this.submit(reply, form, async () => {
      const wanted = { username: form.text('username'), password: form.text('password') };
      const { username, password } = await form.read(LoginDto, wanted);
      await form.admit();
      const { proof } = await this.logins.check(request, username, password);
      const deviceId = request.knownDevice;
      const start = { remembered: form.isChecked('remember'), isExpected: deviceId !== undefined, deviceId };
      return this.signIn.begin(anonymous(clientInfoOf(request)), proof, start);
    });
  }

  /** Logs in by a passkey, without a name. */
  @Public()
  @RateLimitForm(PASSKEY_LOGIN)
  @Post('login/passkey')
  @HttpCode(200)
  logInByPasskey(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    return this.submit(reply, form, async () => {
      const { ceremony, response } = await passkeyIn(form, PasskeyEvidenceDto);
      await form.admit();
      const answer = { ceremony, response, remember: form.isChecked('remember') };
      const caller = anonymous(clientInfoOf(request));
      return secretAt('passkey', () => this.passkeyLogins.logIn(caller, request, answer));
    });
  }

  /** Ends the session; open to everyone, so that a session that has ended already is no error. */
  @Public()
  @Post('logout')
  @HttpCode(200)
  async logOut(@Res({ passthrough: true }) reply: FastifyReply): Promise<Redirect> {
    await this.sessions.end(reply);
    return new Redirect('/', { category: 'success', text: TEXTS.loggedOut });
  }

  private async submit(reply: FastifyReply, form: Form, logIn: () => Promise<SignInOutcome>): Promise<PageAnswer> {
    const next = form.text('next');
    if (isSignedIn(reply.request)) return new Redirect(sitePath(next) ?? '/');
    return form.submit(
      async () => this.site.goOn(reply, await logIn(), next),
      (state) => this.page(state),
    );
  }

  private page(form: FormState): View {
    return new View('login', { form, emailSignIn: this.config.emailSignIn, providers: this.providers.all });
  }
}
