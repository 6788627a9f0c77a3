import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../../platform/access/authenticated.decorator';
import { Public } from '../../../platform/access/public.decorator';
import { Problems } from '../../../platform/openapi/operation';
import { type Caller, CurrentUser } from '../../../users/caller';
import { RateLimit } from '../../rate-limits/rate-limit.decorator';
import { CeremonyDto } from '../webauthn/dto/ceremony.dto';
import { FactorOptionsDto } from './dto/passkey-login.dto';
import { PasskeyQuestions } from './passkey-questions.service';

@ApiTags('Passkeys')
@Controller('auth')
export class FactorOptionsController {
  constructor(private readonly questions: PasskeyQuestions) {}

  /** Starts the use of a passkey for `POST /auth/second-factor`. */
  @Public()
  @Post('second-factor/options')
  @HttpCode(200)
  @RateLimit()
  @Problems('invalid_challenge')
  beginSecondFactor(@Body() { challengeToken }: FactorOptionsDto): Promise<CeremonyDto> {
    return this.questions.forChallenge(challengeToken);
  }

  /** Starts the use of a passkey for `POST /auth/step-up`. */
  @Authenticated()
  @Post('step-up/options')
  @HttpCode(200)
  beginStepUp(@CurrentUser() caller: Caller): Promise<CeremonyDto> {
    return this.questions.forStepUp(caller);
  }
}
