import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../../platform/access/public.decorator';
import { Problems } from '../../../platform/openapi/operation';
import { type AnonymousCaller, CurrentUser } from '../../../users/caller';
import { PASSKEY_LOGIN } from '../../rate-limits/policies';
import { RateLimit } from '../../rate-limits/rate-limit.decorator';
import type { AuthResponseDto } from '../../sign-in/dto/auth-response.dto';
import type { ChallengeDto } from '../../sign-in/dto/challenge.dto';
import { SignInService } from '../../sign-in/sign-in.service';
import { SignsIn } from '../../sign-in/signs-in.decorator';
import { CeremonyDto } from '../webauthn/dto/ceremony.dto';
import { PasskeyLoginDto } from './dto/passkey-login.dto';
import { PasskeyLogin } from './passkey-login.service';
import { PasskeyQuestions } from './passkey-questions.service';

@ApiTags('Passkeys')
@Controller('auth/passkeys/login')
export class PasskeyLoginController {
  constructor(
    private readonly questions: PasskeyQuestions,
    private readonly logins: PasskeyLogin,
    private readonly signIn: SignInService,
  ) {}

  /** Starts a login by passkey. */
  @Public()
  @Post('options')
  @HttpCode(200)
  @RateLimit()
  beginPasskeyLogin(): Promise<CeremonyDto> {
    return this.questions.forLogin();
  }

  /** Logs in by passkey, which is two factors by itself. */
  @Public()
  @RateLimit(PASSKEY_LOGIN)
  @Post()
  @HttpCode(200)
  @SignsIn()
  @Problems('invalid_passkey', 'account_deactivated', 'email_unverified')
  async logInByPasskey(
    @CurrentUser() caller: AnonymousCaller,
    @Req() request: FastifyRequest,
    @Body() answer: PasskeyLoginDto,
  ): Promise<AuthResponseDto | ChallengeDto> {
    return this.signIn.respondTo(await this.logins.logIn(caller, request, answer));
  }
}
