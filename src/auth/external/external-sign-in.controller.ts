import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { Public } from '../../platform/access/public.decorator';
import { Problems } from '../../platform/openapi/operation';
import { type AnonymousCaller, type Caller, CurrentUser } from '../../users/caller';
import { DeviceTokens } from '../devices/device-tokens.service';
import { StepUp } from '../proofs/step-up.decorator';
import { EXTERNAL_MAIL, EXTERNAL_SIGN_IN } from '../rate-limits/policies';
import { RateLimit } from '../rate-limits/rate-limit.decorator';
import { SignInService } from '../sign-in/sign-in.service';
import { CompletesExternal, type ExternalOutcome } from './completes-external.decorator';
import { ExternalCodeDto, ExternalEmailCodeDto, ExternalEmailDto, LinkExternalDto } from './dto/external.dto';
import { externalClientOf } from './external-accounts.service';
import { ExternalCompletion, type ExternalResult } from './external-completion.service';
import { ExternalEmail } from './external-email.service';
import { ExternalLinking } from './external-linking.service';
import { FlowCookies } from './flow/flow-cookies.service';
import { ExternalIdentityDto } from './identities/dto/external-identity.dto';

@ApiTags('Sign-in with other providers')
@Controller('auth/external')
export class ExternalSignInController {
  constructor(
    private readonly completion: ExternalCompletion,
    private readonly linking: ExternalLinking,
    private readonly emails: ExternalEmail,
    private readonly cookies: FlowCookies,
    private readonly devices: DeviceTokens,
    private readonly signIn: SignInService,
  ) {}

  /**
   * Exchanges the `code` of a sign-in with a provider, within 60 seconds. An unknown identity creates an account if the
   * provider has verified its address and no account has.
   */
  @Public()
  @Post('token')
  @HttpCode(200)
  @RateLimit(EXTERNAL_SIGN_IN)
  @CompletesExternal()
  @Problems('invalid_external_sign_in', 'account_deactivated', 'email_unverified')
  async exchangeExternalCode(
    @Body() { code, remember }: ExternalCodeDto,
    @Req() request: FastifyRequest,
  ): Promise<ExternalOutcome> {
    const flow = await this.cookies.get(request);
    return this.respondTo(
      await this.completion.exchange(externalClientOf(this.devices, request, remember), flow, code),
    );
  }

  /**
   * Links an account at a provider to the caller's, if the caller started the sign-in or holds its address. An account
   * may be linked to 10.
   */
  @Authenticated()
  @Post('link')
  @RateLimit(EXTERNAL_SIGN_IN)
  @StepUp()
  @Problems('invalid_external_sign_in', 'identity_taken', 'too_many_identities', 'email_unverified')
  async linkExternal(
    @CurrentUser() caller: Caller,
    @Body() { linkToken }: LinkExternalDto,
    @Req() request: FastifyRequest,
  ): Promise<ExternalIdentityDto> {
    const flow = await this.cookies.get(request);
    return ExternalIdentityDto.from(await this.linking.link(caller, flow, linkToken));
  }

  /** Mails a code to an address, after `email_required`, at most three times. */
  @Public()
  @Post('email')
  @HttpCode(202)
  @RateLimit(EXTERNAL_MAIL)
  @Problems('invalid_external_sign_in')
  async mailExternalCode(
    @CurrentUser() caller: AnonymousCaller,
    @Body() { token, email }: ExternalEmailDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.emails.send(caller, await this.cookies.get(request), token, email);
  }

  /** Continues with an address that a mailed code proves, as if the provider had verified it. */
  @Public()
  @Post('email/verify')
  @HttpCode(200)
  @RateLimit(EXTERNAL_SIGN_IN)
  @CompletesExternal()
  @Problems(
    ...(['invalid_external_sign_in', 'invalid_external_code'] as const),
    ...(['account_deactivated', 'email_unverified'] as const),
  )
  async verifyExternalEmail(
    @Body() { token, code, remember }: ExternalEmailCodeDto,
    @Req() request: FastifyRequest,
  ): Promise<ExternalOutcome> {
    const { signIn, email } = await this.emails.verify(await this.cookies.get(request), token, code);
    return this.respondTo(
      await this.completion.complete(externalClientOf(this.devices, request, remember), signIn, email),
    );
  }

  private respondTo(result: ExternalResult): ExternalOutcome {
    return 'status' in result ? result : this.signIn.respondTo(result);
  }
}
