import { Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EmailLoginDto, VerifyEmailLoginDto } from '../../auth/email-sign-in/dto/email-login.dto';
import { EmailSignInRequests } from '../../auth/email-sign-in/email-sign-in-request.service';
import { EmailSignInGuard } from '../../auth/email-sign-in/email-sign-in.guard';
import { EmailSignIn } from '../../auth/email-sign-in/email-sign-in.service';
import { EMAIL_LOGIN, VERIFY_EMAIL_LOGIN } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import type { SignInOutcome } from '../../auth/sign-in/sign-in.service';
import { Public } from '../../platform/access/public.decorator';
import { clientInfoOf } from '../../platform/http/client/client-info';
import { anonymous } from '../../users/caller';
import { digitsIn } from '../factors/evidence';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { QueryText } from '../pages/query-text.decorator';
import { secretAt } from '../pages/secret-at';
import { sitePath, withNext } from '../pages/site-path';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { PendingSignIns } from '../sessions/pending-sign-ins.service';
import { isSignedIn } from './is-signed-in';
import { SiteSignIn } from './site-sign-in.service';

const page = (form: FormState) => new View('login/email', { form });
const codePage = (form: FormState) => new View('login/email-code', { form });

/** Login by a mailed code or link. 404 unless `EMAIL_SIGN_IN` is on. */
@UseGuards(EmailSignInGuard)
@PageController('login/email')
export class EmailPageController {
  constructor(
    private readonly requests: EmailSignInRequests,
    private readonly emailSignIn: EmailSignIn,
    private readonly signIn: SiteSignIn,
    private readonly pending: PendingSignIns,
  ) {}

  /** Asks for an address. The mailed link leads here too; its token stays in the browser until the form is sent. */
  @Public()
  @Get()
  show(@Req() request: FastifyRequest, @QueryText('next') next: string): PageAnswer {
    return isSignedIn(request) ? new Redirect(sitePath(next) ?? '/') : page(newForm({ next }));
  }

  /** Mails a code and a link. The answer is the same when no account has the address. */
  @Public()
  @RateLimitForm(EMAIL_LOGIN)
  @Post()
  @HttpCode(200)
  send(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    return form.submit(async () => {
      const { email } = await form.read(EmailLoginDto, { email: form.text('email') });
      await form.admit();
      this.pending.holdMailed(reply, await this.requests.request(anonymous(clientInfoOf(request)), email));
      return new Redirect(withNext('/login/email/code', sitePath(form.text('next')) ?? '/'));
    }, page);
  }

  @Public()
  @Get('code')
  askForCode(@Req() request: FastifyRequest, @QueryText('next') next: string): PageAnswer {
    if (isSignedIn(request)) return new Redirect(sitePath(next) ?? '/');
    return this.pending.mailedOf(request) === '' ? this.again(next) : codePage(newForm({ next }));
  }

  /** Logs in by a code, which is valid only in the browser that asked for it (ASVS 6.6.2). */
  @Public()
  @RateLimitForm(VERIFY_EMAIL_LOGIN)
  @Post('code')
  @HttpCode(200)
  byCode(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    const challengeToken = this.pending.mailedOf(request);
    if (challengeToken === '') return Promise.resolve(this.again(form.text('next')));
    return this.logIn(request, reply, form, codePage, async (start) => {
      const { code = '' } = await form.read(VerifyEmailLoginDto, { challengeToken, code: digitsIn(form, 'code') });
      await form.admit();
      const caller = anonymous(clientInfoOf(request));
      return secretAt('code', () => this.emailSignIn.byCode(caller, { challengeToken, code }, start));
    });
  }

  /** Logs in by the token of a link. */
  @Public()
  @RateLimitForm(VERIFY_EMAIL_LOGIN)
  @Post('link')
  @HttpCode(200)
  byLink(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    return this.logIn(request, reply, form, page, async (start) => {
      const { token = '' } = await form.read(VerifyEmailLoginDto, { token: form.text('token').trim() });
      await form.admit();
      return secretAt('token', () => this.emailSignIn.byLink(anonymous(clientInfoOf(request)), token, start));
    });
  }

  private logIn(
    request: FastifyRequest,
    reply: FastifyReply,
    form: Form,
    again: (form: FormState) => View,
    prove: (start: { remembered: boolean; isExpected: boolean }) => Promise<SignInOutcome>,
  ): Promise<PageAnswer> {
    const next = sitePath(form.text('next')) ?? '/';
    if (isSignedIn(request)) return Promise.resolve(new Redirect(next));
    return form.submit(async () => {
      const outcome = await prove({ remembered: form.isChecked('remember'), isExpected: false });
      this.pending.endMailed(reply);
      return this.signIn.goOn(reply, outcome, next);
    }, again);
  }

  private again(next: string): Redirect {
    const to = withNext('/login/email', sitePath(next) ?? '/');
    return new Redirect(to, { category: 'warning', text: TEXTS.mailedCodeExpired });
  }
}
