import { Get, HttpCode, Param, Post } from '@nestjs/common';
import { ExternalProviders } from '../../auth/external/providers/external-providers.service';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { CHANGE_SECOND_FACTOR } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { SecondFactorSettings } from '../../auth/second-factor/second-factor-settings.service';
import { TrustedDevices } from '../../auth/trusted-devices/trusted-devices.service';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { IdPipe } from '../../platform/validation/id.pipe';
import { type Caller, CurrentUser } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { Sensitive } from '../sessions/session-cookie.scheme';

/** The second factors of the account, and whether its logins need them. */
@Authenticated()
@Sensitive()
@PageController('account/security')
export class SecurityPageController {
  constructor(
    private readonly settings: SecondFactorSettings,
    private readonly devices: TrustedDevices,
    private readonly providers: ExternalProviders,
  ) {}

  @Get()
  show(@CurrentUser() caller: Caller): Promise<View> {
    return this.page(caller, newForm());
  }

  /** Has logins need a second factor, or not. */
  @RateLimitForm(CHANGE_SECOND_FACTOR)
  @Post('requirement')
  @StepUp()
  @HttpCode(200)
  require(@CurrentUser() caller: Caller, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(
      async () => {
        const isRequired = form.text('required') === 'yes';
        await form.admit();
        await this.settings.require(caller, isRequired);
        const text = isRequired ? TEXTS.factorRequired : TEXTS.factorNotRequired;
        return new Redirect('/account/security', { category: 'success', text });
      },
      (state) => this.page(caller, state),
    );
  }

  @Post('devices/:id/remove')
  @StepUp()
  @HttpCode(200)
  async distrust(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<Redirect> {
    await this.devices.remove(caller.id, id);
    return new Redirect('/account/security', { category: 'success', text: TEXTS.deviceDistrusted });
  }

  private async page(caller: Caller, form: FormState): Promise<View> {
    const factors = await this.settings.show(caller);
    return new View('security/overview', { form, factors, providers: this.providers.all });
  }
}
