import { Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { SECOND_FACTOR } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { SecondFactorSettings } from '../../auth/second-factor/second-factor-settings.service';
import { AddTotpDto } from '../../auth/totp/dto/add-totp.dto';
import { ConfirmTotpDto } from '../../auth/totp/dto/confirm-totp.dto';
import { TotpEnrollment } from '../../auth/totp/totp-enrollment.service';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { noSuch } from '../../platform/problems/domain-error';
import { IdPipe } from '../../platform/validation/id.pipe';
import { type Caller, CurrentUser } from '../../users/caller';
import { digitsIn } from '../factors/evidence';
import { recoveryCodesPage, totpPage } from '../factors/factor-pages';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { secretAt } from '../pages/secret-at';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { CookieSessions } from '../sessions/cookie-sessions.service';
import { Sensitive } from '../sessions/session-cookie.scheme';

const SECURITY = '/account/security';

const naming = (form: FormState) => new View('security/totp-new', { form });

/** The authenticator apps of the account. Pages that lead to a change ask for a recent authentication before it. */
@Authenticated()
@Sensitive()
@PageController('account/security/totp')
export class TotpPageController {
  constructor(
    private readonly enrollment: TotpEnrollment,
    private readonly settings: SecondFactorSettings,
    private readonly sessions: CookieSessions,
  ) {}

  @Get()
  @StepUp()
  offer(): View {
    return naming(newForm());
  }

  /** Makes a key for an app. */
  @RateLimitForm(SECOND_FACTOR)
  @Post()
  @StepUp()
  @HttpCode(200)
  add(@CurrentUser() caller: Caller, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(async () => {
      const name = form.text('name').trim();
      const wanted = await form.read(AddTotpDto, { name: name === '' ? undefined : name });
      await form.admit();
      const { id } = await this.enrollment.add(caller, wanted.name);
      return new Redirect(`${SECURITY}/totp/${id}`);
    }, naming);
  }

  @Get(':id')
  @StepUp()
  setUp(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<View> {
    return this.page(caller, id, newForm());
  }

  /** Puts an app to use by its first code. The session, which has two factors now, gets another token (ASVS 7.2.4). */
  @RateLimitForm(SECOND_FACTOR)
  @Post(':id')
  @StepUp()
  @HttpCode(200)
  confirm(
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Caller,
    @Param('id', IdPipe) id: string,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    return form.submit(
      async () => {
        const { code } = await form.read(ConfirmTotpDto, { code: digitsIn(form, 'code') });
        await form.admit();
        const codes = await secretAt('code', () => this.enrollment.confirm(caller, id, code));
        await this.sessions.renew(reply, caller);
        if (codes) return recoveryCodesPage(codes, SECURITY);
        return new Redirect(SECURITY, { category: 'success', text: TEXTS.factorEnrolled });
      },
      (state) => this.page(caller, id, state),
    );
  }

  @Get(':id/remove')
  @StepUp()
  async offerRemoval(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<View> {
    const { totp, passkeys } = await this.settings.show(caller);
    const factor = totp.find((one) => one.id === id);
    if (!factor) throw noSuch('Authenticator');
    return new View('security/totp-remove', { factor, isLast: totp.length + passkeys.length === 1 });
  }

  @Post(':id/remove')
  @StepUp()
  @HttpCode(200)
  async remove(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<Redirect> {
    await this.enrollment.remove(caller, id);
    return new Redirect(SECURITY, { category: 'success', text: TEXTS.factorRemoved });
  }

  private async page(caller: Caller, id: string, form: FormState): Promise<View> {
    return totpPage('security/totp-confirm', form, await this.enrollment.show(caller, id));
  }
}
