import { Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DeviceTokens } from '../../auth/devices/device-tokens.service';
import { LoginDto } from '../../auth/passwords/login/dto/login.dto';
import { PasswordLogin } from '../../auth/passwords/login/password-login.service';
import { LOGIN } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { SignInService } from '../../auth/sign-in/sign-in.service';
import { Public } from '../../platform/access/public.decorator';
import { clientInfoOf } from '../../platform/http/client/client-info';
import { anonymous } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { QueryText } from '../pages/query-text.decorator';
import { sitePath } from '../pages/site-path';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { CookieSessions } from '../sessions/cookie-sessions.service';
import { PendingSignIns } from '../sessions/pending-sign-ins.service';
import { isSignedIn } from './is-signed-in';

const page = (form: FormState) => new View('login', { form });

@PageController()
export class LoginPageController {
  constructor(
    private readonly logins: PasswordLogin,
    private readonly signIn: SignInService,
    private readonly devices: DeviceTokens,
    private readonly pending: PendingSignIns,
    private readonly sessions: CookieSessions,
  ) {}

  @Public()
  @Get('login')
  show(@Req() request: FastifyRequest, @QueryText('next') next: string): PageAnswer {
    return isSignedIn(request) ? new Redirect(sitePath(next) ?? '/') : page(newForm({ next }));
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
    const home = new Redirect(sitePath(form.text('next')) ?? '/');
    if (isSignedIn(request)) return Promise.resolve(home);
    return form.submit(async () => {
      const wanted = { username: form.text('username'), password: form.text('password') };
      const { username, password } = await form.read(LoginDto, wanted);
      await form.admit();
      const { user, proof } = await this.logins.check(request, username, password);
      const deviceId = request.knownDevice;
      const start = { remembered: form.isChecked('remember'), isExpected: deviceId !== undefined, deviceId };
      const { grant, challenge } = await this.signIn.begin(anonymous(clientInfoOf(request)), proof, start);
      if (!grant) return this.pending.begin(reply, challenge, form.text('next'));
      await this.sessions.begin(reply, grant.session);
      this.devices.give(request, reply, user);
      return home;
    }, page);
  }

  /** Ends the session; open to everyone, so that a session that has ended already is no error. */
  @Public()
  @Post('logout')
  @HttpCode(200)
  async logOut(@Res({ passthrough: true }) reply: FastifyReply): Promise<Redirect> {
    await this.sessions.end(reply);
    return new Redirect('/', { category: 'success', text: TEXTS.loggedOut });
  }
}
