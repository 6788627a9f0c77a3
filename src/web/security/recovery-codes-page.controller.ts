import { Get, HttpCode, Post, StreamableFile } from '@nestjs/common';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { CHANGE_SECOND_FACTOR, SECOND_FACTOR } from '../../auth/rate-limits/policies';
import { RateLimitForm } from '../../auth/rate-limits/rate-limit.decorator';
import { recoveryCodeHash } from '../../auth/recovery-codes/recovery-code';
import { SecondFactorSettings } from '../../auth/second-factor/second-factor-settings.service';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { validationFailed } from '../../platform/validation/request-validation.pipe';
import { type Caller, CurrentUser } from '../../users/caller';
import { recoveryCodesPage } from '../factors/factor-pages';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { type PageAnswer, View } from '../rendering/page-answer';
import { Sensitive } from '../sessions/session-cookie.scheme';

const FILE = { type: 'text/plain; charset=utf-8', disposition: 'attachment; filename="recovery-codes.txt"' };

/** The recovery codes of the account, which are shown once. */
@Authenticated()
@Sensitive()
@PageController('account/security/recovery-codes')
export class RecoveryCodesPageController {
  constructor(private readonly settings: SecondFactorSettings) {}

  @Get()
  @StepUp()
  offer(@CurrentUser() caller: Caller): Promise<View> {
    return this.page(caller, newForm());
  }

  @RateLimitForm(SECOND_FACTOR, CHANGE_SECOND_FACTOR)
  @Post()
  @StepUp()
  @HttpCode(200)
  make(@CurrentUser() caller: Caller, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(
      async () => {
        await form.admit();
        return recoveryCodesPage(await this.settings.newCodes(caller), '/account/security');
      },
      (state) => this.page(caller, state),
    );
  }

  /** The codes of the page that shows them, as a file: the server has only their hashes. */
  @Post('file')
  @HttpCode(200)
  download(@FormBody() form: Form): StreamableFile {
    const codes = form.list('codes');
    if (codes.some((code) => recoveryCodeHash(code) === null)) {
      throw validationFailed([{ pointer: '/codes', message: 'must be recovery codes' }]);
    }
    return new StreamableFile(Buffer.from(`${codes.join('\r\n')}\r\n`), FILE);
  }

  private async page(caller: Caller, form: FormState): Promise<View> {
    const { recoveryCodesLeft } = await this.settings.show(caller);
    return new View('security/recovery-codes', { form, left: recoveryCodesLeft });
  }
}
