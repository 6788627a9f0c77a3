import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { Public } from '../../platform/access/public.decorator';
import { Problems } from '../../platform/openapi/operation';
import { IdPipe } from '../../platform/validation/id.pipe';
import { type AnonymousCaller, type Caller, CurrentUser } from '../../users/caller';
import { GivesDeviceToken } from '../devices/gives-device-token.decorator';
import { OneTimeTokenDto } from '../links/one-time-token.dto';
import { StepUp } from '../proofs/step-up.decorator';
import { CHANGE_SECOND_FACTOR, REAUTHENTICATE, SECOND_FACTOR } from '../rate-limits/policies';
import { RateLimit } from '../rate-limits/rate-limit.decorator';
import { AuthResponseDto } from '../sign-in/dto/auth-response.dto';
import { SignInService } from '../sign-in/sign-in.service';
import { TrustedDevices } from '../trusted-devices/trusted-devices.service';
import {
  CompleteSignInDto,
  RecoveryCodesDto,
  ReportLostDto,
  RequireSecondFactorDto,
  SecondFactorDto,
  StepUpDto,
} from './dto/second-factor.dto';
import { LostFactors } from './lost-factors.service';
import { assertOne } from './one-evidence';
import { SecondFactorSettings } from './second-factor-settings.service';
import { SecondStep } from './second-step.service';
import { StepUps } from './step-ups.service';

@ApiTags('Second factors')
@Controller('auth')
export class SecondFactorController {
  constructor(
    private readonly settings: SecondFactorSettings,
    private readonly secondStep: SecondStep,
    private readonly stepUps: StepUps,
    private readonly signIn: SignInService,
    private readonly devices: TrustedDevices,
    private readonly lost: LostFactors,
  ) {}

  /**
   * Completes a login that responded with `second_factor_required`, by one factor. Five attempts are checked for one
   * challenge. After 10 wrong codes of an account in a row, the next one has to wait, longer each time. With
   * `second_factor_enrolment_required`, send the challenge token alone once the factor is enrolled.
   */
  @Public()
  @Post('second-factor')
  @HttpCode(200)
  @RateLimit(SECOND_FACTOR)
  @GivesDeviceToken()
  @Problems('invalid_second_factor', 'invalid_challenge')
  async completeSignIn(
    @CurrentUser() caller: AnonymousCaller,
    @Req() request: FastifyRequest,
    @Body() wanted: CompleteSignInDto,
  ): Promise<AuthResponseDto> {
    const { user, grant } = await this.secondStep.complete(caller, request, wanted);
    return this.signIn.respond(user, grant);
  }

  /**
   * Reports the second factors lost, during a login. They are removed after 72 hours. Meanwhile, the owner gets three
   * mails, and can stop it by logging in or by a mailed link.
   */
  @Public()
  @Post('second-factor/lost')
  @HttpCode(202)
  @RateLimit(SECOND_FACTOR)
  @Problems('invalid_challenge', 'conflict')
  reportLostSecondFactor(
    @CurrentUser() caller: AnonymousCaller,
    @Body() { challengeToken }: ReportLostDto,
  ): Promise<void> {
    return this.lost.report(caller, challengeToken);
  }

  /** Keeps second factors that were reported lost, by the token of a mailed link. */
  @Public()
  @Post('second-factor/keep')
  @HttpCode(204)
  @RateLimit()
  @Problems('invalid_one_time_token')
  keepSecondFactor(@CurrentUser() caller: AnonymousCaller, @Body() { token }: OneTimeTokenDto): Promise<void> {
    return this.lost.keep(caller, token);
  }

  /** Shows the second factors of the account, without secrets. */
  @Authenticated()
  @Get('second-factor')
  getSecondFactor(@CurrentUser() caller: Caller): Promise<SecondFactorDto> {
    return this.settings.show(caller);
  }

  /** Decides whether logins need a second factor. If they do, other sessions without one end. */
  @Authenticated()
  @Put('second-factor')
  @HttpCode(204)
  @RateLimit(CHANGE_SECOND_FACTOR)
  @StepUp()
  @Problems('conflict')
  requireSecondFactor(@CurrentUser() caller: Caller, @Body() { required }: RequireSecondFactorDto): Promise<void> {
    return this.settings.require(caller, required);
  }

  /** Creates 10 new recovery codes. Earlier ones no longer work. */
  @Authenticated()
  @Post('recovery-codes')
  @RateLimit(SECOND_FACTOR, CHANGE_SECOND_FACTOR)
  @StepUp()
  @Problems('conflict')
  async createRecoveryCodes(@CurrentUser() caller: Caller): Promise<RecoveryCodesDto> {
    return { recoveryCodes: await this.settings.newCodes(caller) };
  }

  /** Stops trusting a device: its next login needs a second factor. */
  @Authenticated()
  @Delete('trusted-devices/:id')
  @HttpCode(204)
  @StepUp()
  removeTrustedDevice(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<void> {
    return this.devices.remove(caller.id, id);
  }

  /**
   * Adds a proof to the session, so that requests that were refused with `step_up_required` are accepted for 5 minutes.
   * An account with a second factor uses one; others send the password. The session gets new tokens.
   */
  @Authenticated()
  @Post('step-up')
  @HttpCode(200)
  @RateLimit(REAUTHENTICATE)
  @Problems('invalid_credentials', 'invalid_second_factor', 'step_up_required', 'forbidden')
  async stepUp(@CurrentUser() caller: Caller, @Body() proof: StepUpDto): Promise<AuthResponseDto> {
    assertOne(proof, ['password', 'totp', 'recoveryCode', 'passkey']);
    return this.signIn.respond(caller.user, await this.stepUps.stepUp(caller, proof));
  }
}
