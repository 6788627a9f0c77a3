import { HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AddPasskeyDto } from '../../auth/passkeys/management/dto/add-passkey.dto';
import { PasskeyRegistration } from '../../auth/passkeys/management/passkey-registration.service';
import type { CeremonyDto } from '../../auth/passkeys/webauthn/dto/ceremony.dto';
import { SECOND_FACTOR } from '../../auth/rate-limits/policies';
import { RateLimit, RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { SecondStep } from '../../auth/second-factor/second-step.service';
import { Public } from '../../platform/access/public.decorator';
import { BodyLimit } from '../../platform/http/bodies/body-limit';
import { anonymous } from '../../users/caller';
import { passkeyIn } from '../factors/passkey-answer';
import { type Form, FormBody, type FormState } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { secretAt } from '../pages/secret-at';
import { sitePath } from '../pages/site-path';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { SiteSignIn } from './site-sign-in.service';

const choice = (form: FormState) => new View('login/enroll', { form });

/** A passkey that is added before the login is complete, because a second factor is demanded. */
@PageController('login/enroll/passkey')
export class EnrollPasskeyPageController {
  constructor(
    private readonly registration: PasskeyRegistration,
    private readonly secondStep: SecondStep,
    private readonly signIn: SiteSignIn,
  ) {}

  /** What the script of the page asks an authenticator. */
  @Public()
  @RateLimit()
  @Post('options')
  @HttpCode(200)
  begin(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CeremonyDto | Redirect> {
    return this.signIn.enroll(request, reply, '', (caller) => this.registration.begin(caller));
  }

  /** Adds the passkey and completes the login. */
  @Public()
  @RateLimitForm(SECOND_FACTOR)
  @Post()
  @BodyLimit(65_536)
  @HttpCode(200)
  add(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    const next = sitePath(form.text('next')) ?? '/';
    return this.signIn.enroll(request, reply, next, (caller, challengeToken) =>
      form.submit(async () => {
        const made = await passkeyIn(form, AddPasskeyDto);
        await form.admit();
        await secretAt('passkey', () => this.registration.complete(caller, made));
        const { client } = caller;
        await this.signIn.begin(reply, await this.secondStep.complete(anonymous(client), request, { challengeToken }));
        return new Redirect(next, { category: 'success', text: TEXTS.passkeyAdded });
      }, choice),
    );
  }
}
