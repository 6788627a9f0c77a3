import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Authenticated } from '../../../platform/access/authenticated.decorator';
import { Problems } from '../../../platform/openapi/operation';
import { type Caller, CurrentUser } from '../../../users/caller';
import { EXTERNAL_SIGN_IN } from '../../rate-limits/policies';
import { RateLimit } from '../../rate-limits/rate-limit.decorator';
import type { AuthResponseDto } from '../../sign-in/dto/auth-response.dto';
import { SignInService } from '../../sign-in/sign-in.service';
import { FlowCookies } from '../flow/flow-cookies.service';
import { ExternalStepUpDto } from './dto/external-step-up.dto';
import { ExternalStepUps } from './external-step-ups.service';

@ApiTags('Sign-in with other providers')
@Authenticated()
@Controller('auth/external')
export class ExternalStepUpController {
  constructor(
    private readonly stepUps: ExternalStepUps,
    private readonly cookies: FlowCookies,
    private readonly signIn: SignInService,
  ) {}

  /** Adds a proof by a provider to the session, where `methods` of `step_up_required` is `external` alone. */
  @Post('step-up')
  @HttpCode(200)
  @RateLimit(EXTERNAL_SIGN_IN)
  @Problems('invalid_external_sign_in', 'step_up_required', 'forbidden')
  async stepUpByExternal(
    @CurrentUser() caller: Caller,
    @Body() { code }: ExternalStepUpDto,
    @Req() request: FastifyRequest,
  ): Promise<AuthResponseDto> {
    const flow = await this.cookies.get(request);
    return this.signIn.respond(caller.user, await this.stepUps.stepUpBy(caller, flow, code));
  }
}
