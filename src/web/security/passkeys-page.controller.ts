import { Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AddPasskeyDto, RenamePasskeyDto } from '../../auth/passkeys/management/dto/add-passkey.dto';
import { PasskeyRegistration } from '../../auth/passkeys/management/passkey-registration.service';
import { Passkeys } from '../../auth/passkeys/passkeys.service';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { ADD_PASSKEY } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { SecondFactorSettings } from '../../auth/second-factor/second-factor-settings.service';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { BodyLimit } from '../../platform/http/bodies/body-limit';
import { noSuch } from '../../platform/problems/domain-error';
import { IdPipe } from '../../platform/validation/id.pipe';
import { type Caller, CurrentUser } from '../../users/caller';
import { passkeyIn } from '../factors/passkey-answer';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { secretAt } from '../pages/secret-at';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { CookieSessions } from '../sessions/cookie-sessions.service';
import { Sensitive } from '../sessions/session-cookie.scheme';

const SECURITY = '/account/security';

const adding = (form: FormState) => new View('security/passkey-new', { form });

const done = (text: string) => new Redirect(SECURITY, { category: 'success', text });

/** The passkeys of the account. Pages that lead to a change ask for a recent authentication before it, other than for a name. */
@Authenticated()
@Sensitive()
@PageController('account/security/passkeys')
export class PasskeysPageController {
  constructor(
    private readonly registration: PasskeyRegistration,
    private readonly passkeys: Passkeys,
    private readonly settings: SecondFactorSettings,
    private readonly sessions: CookieSessions,
  ) {}

  @Get()
  @StepUp()
  offer(): View {
    return adding(newForm());
  }

  /** Adds a passkey. The session, which has two factors now, gets another token (ASVS 7.2.4). */
  @RateLimitForm(ADD_PASSKEY)
  @Post()
  @StepUp()
  @BodyLimit(65_536)
  @HttpCode(200)
  add(
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Caller,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    return form.submit(async () => {
      const name = form.text('name').trim();
      const { ceremony, response } = await passkeyIn(form, AddPasskeyDto);
      const named = name === '' ? {} : await form.read(RenamePasskeyDto, { name });
      await form.admit();
      await secretAt('passkey', () => this.registration.complete(caller, { ceremony, response, ...named }));
      await this.sessions.renew(reply, caller);
      return done(TEXTS.passkeyAdded);
    }, adding);
  }

  @Get(':id')
  async offerName(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<View> {
    const { passkey } = await this.find(caller, id);
    return new View('security/passkey-rename', { form: newForm({ name: passkey.name }), passkey });
  }

  @Post(':id')
  @HttpCode(200)
  rename(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(
      async () => {
        const { name } = await form.read(RenamePasskeyDto, { name: form.text('name').trim() });
        await this.passkeys.rename(caller, { id }, name);
        return done(TEXTS.passkeyRenamed);
      },
      async (state) => new View('security/passkey-rename', { form: state, ...(await this.find(caller, id)) }),
    );
  }

  @Get(':id/remove')
  @StepUp()
  async offerRemoval(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<View> {
    return new View('security/passkey-remove', { form: newForm(), ...(await this.find(caller, id)) });
  }

  @Post(':id/remove')
  @StepUp()
  @HttpCode(200)
  remove(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(
      async () => {
        await this.passkeys.remove(caller, { id });
        return done(TEXTS.passkeyRemoved);
      },
      async (state) => new View('security/passkey-remove', { form: state, ...(await this.find(caller, id)) }),
    );
  }

  /** A passkey of the caller, and whether it is the last second factor. @throws DomainError `not_found` */
  private async find(caller: Caller, id: string) {
    const { totp, passkeys } = await this.settings.show(caller);
    const passkey = passkeys.find((one) => one.id === id);
    if (!passkey) throw noSuch('Passkey');
    return { passkey, isLast: totp.length + passkeys.length === 1 };
  }
}
