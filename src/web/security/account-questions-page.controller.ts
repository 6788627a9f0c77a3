import { HttpCode, Post } from '@nestjs/common';
import { PasskeyQuestions } from '../../auth/passkeys/login/passkey-questions.service';
import { PasskeyRegistration } from '../../auth/passkeys/management/passkey-registration.service';
import type { CeremonyDto } from '../../auth/passkeys/webauthn/dto/ceremony.dto';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { type Caller, CurrentUser } from '../../users/caller';
import { PageController } from '../pages/page-controller.decorator';
import { Sensitive } from '../sessions/session-cookie.scheme';

/** What the scripts of the account's pages ask an authenticator. */
@Authenticated()
@Sensitive()
@PageController('account')
export class AccountQuestionsPageController {
  constructor(
    private readonly questions: PasskeyQuestions,
    private readonly registration: PasskeyRegistration,
  ) {}

  @Post('step-up/options')
  @HttpCode(200)
  forStepUp(@CurrentUser() caller: Caller): Promise<CeremonyDto> {
    return this.questions.forStepUp(caller);
  }

  @Post('security/passkeys/options')
  @StepUp()
  @HttpCode(200)
  forNewPasskey(@CurrentUser() caller: Caller): Promise<CeremonyDto> {
    return this.registration.begin(caller);
  }
}
