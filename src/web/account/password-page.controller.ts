import { Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DeviceTokens } from '../../auth/devices/device-tokens.service';
import { ChangePasswordDto } from '../../auth/passwords/recovery/dto/change-password.dto';
import { PasswordChangeService } from '../../auth/passwords/recovery/password-change.service';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { StepUpService } from '../../auth/proofs/step-up.service';
import { REAUTHENTICATE } from '../../auth/rate-limits/policies';
import { RateLimit } from '../../auth/rate-limits/rate-limit.decorator';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { type Caller, CurrentUser } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { assertTypedTwice } from '../pages/repeated-password';
import { secretAt } from '../pages/secret-at';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { CookieSessions } from '../sessions/cookie-sessions.service';
import { Sensitive } from '../sessions/session-cookie.scheme';

@Authenticated()
@Sensitive()
@PageController('account/password')
export class PasswordPageController {
  constructor(
    private readonly changes: PasswordChangeService,
    private readonly sessions: CookieSessions,
    private readonly devices: DeviceTokens,
    private readonly proofs: StepUpService,
  ) {}

  @Get()
  @StepUp({ takesPassword: true })
  show(@CurrentUser() caller: Caller): Promise<View> {
    return this.page(caller, newForm({ endApiTokens: 'on' }));
  }

  /** Changes the password. Other sessions end; this one and its device get new tokens. */
  @RateLimit(REAUTHENTICATE)
  @Post()
  @StepUp({ takesPassword: true })
  @HttpCode(200)
  change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Caller,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    const change = async () => {
      const wanted = await this.read(form);
      await secretAt('currentPassword', () => this.changes.change(caller, wanted));
      await this.sessions.renew(reply, caller);
      this.devices.renew(request, reply, caller.user);
      const text = wanted.endApiTokens ? TEXTS.passwordChangedTokensToo : TEXTS.passwordChanged;
      return new Redirect('/account', { category: 'success', text });
    };
    return form.submit(change, (state) => this.page(caller, state));
  }

  private async page(caller: Caller, form: FormState): Promise<View> {
    return new View('account/password', { form, asksPassword: await this.proofs.hasFirstFactor(caller) });
  }

  private async read(form: Form): Promise<ChangePasswordDto> {
    const [currentPassword, newPassword] = [form.text('currentPassword'), form.text('newPassword')];
    const endApiTokens = form.isChecked('endApiTokens');
    const wanted = await form.read(ChangePasswordDto, { currentPassword, newPassword, endApiTokens });
    assertTypedTwice(form, 'newPassword');
    return wanted;
  }
}
