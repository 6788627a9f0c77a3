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
import { CompletesExternal, type ExternalOutcome } from './completes-external.decorator';
import { ExternalCodeDto, ExternalEmailCodeDto, ExternalEmailDto, LinkExternalDto } from './dto/external.dto';
import type { ExternalClient } from './external-accounts.service';
import { ExternalCompletion } from './external-completion.service';
import { ExternalEmail } from './external-email.service';
import { ExternalLinking } from './external-linking.service';
import { FlowCookies } from './flow/flow-cookies.service';
import { ExternalIdentityDto } from './identities/dto/external-identity.dto';

@ApiTags('Sign-in with others')
@Controller('auth/external')
export class ExternalSignInController {
  constructor(
    private readonly completion: ExternalCompletion,
    private readonly linking: ExternalLinking,
    private readonly emails: ExternalEmail,
    private readonly cookies: FlowCookies,
    private readonly devices: DeviceTokens,
  ) {}

  /**
   * Exchanges the code of a sign-in with a provider, within 60 seconds and in the browser that started it. An account of
   * the provider that is linked signs in to its account. Otherwise the address decides, if the provider has verified it:
   * no account has proven it, then there is a new account; one has, then `link_required`. Without such an address:
   * `email_required`.
   */
  @Public()
  @Post('token')
  @RateLimit(EXTERNAL_SIGN_IN)
  @CompletesExternal()
  @Problems('invalid_external_sign_in', 'account_deactivated', 'email_unverified', 'conflict')
  async exchangeExternalCode(
    @CurrentUser() caller: AnonymousCaller,
    @Body() { code, remember }: ExternalCodeDto,
    @Req() request: FastifyRequest,
  ): Promise<ExternalOutcome> {
    const flow = await this.cookies.get(request);
    return this.completion.exchange(this.clientOf(caller, request, remember), flow, code);
  }

  /**
   * Links an account of a provider to the caller's account. Needs the browser that started the sign-in, and the account
   * that it was started for, or that holds its address.
   */
  @Authenticated()
  @Post('link')
  @RateLimit(EXTERNAL_SIGN_IN)
  @StepUp()
  @Problems('invalid_external_sign_in', 'identity_taken', 'email_unverified')
  async linkExternal(
    @CurrentUser() caller: Caller,
    @Body() { linkToken }: LinkExternalDto,
    @Req() request: FastifyRequest,
  ): Promise<ExternalIdentityDto> {
    const flow = await this.cookies.get(request);
    return ExternalIdentityDto.from(await this.linking.link(caller, flow, linkToken));
  }

  /** Mails a code of eight digits to an address, after `email_required`. A later code replaces it; there are three. */
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

  /** Goes on with the address to which the code was mailed, as if the provider had verified it. Five codes are judged. */
  @Public()
  @Post('email/verify')
  @RateLimit(EXTERNAL_SIGN_IN)
  @CompletesExternal()
  @Problems(
    ...(['invalid_external_sign_in', 'invalid_external_code'] as const),
    ...(['account_deactivated', 'email_unverified', 'conflict'] as const),
  )
  async verifyExternalEmail(
    @CurrentUser() caller: AnonymousCaller,
    @Body() { token, code, remember }: ExternalEmailCodeDto,
    @Req() request: FastifyRequest,
  ): Promise<ExternalOutcome> {
    const { signIn, email } = await this.emails.verify(await this.cookies.get(request), token, code);
    return this.completion.complete(this.clientOf(caller, request, remember), signIn, email);
  }

  private clientOf(caller: AnonymousCaller, request: FastifyRequest, remember = false): ExternalClient {
    const knows: ExternalClient['knows'] = (account) => this.devices.recognize(request, account) !== undefined;
    return { caller, remembered: remember, knows };
  }
}
