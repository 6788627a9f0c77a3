import { Body, Controller, Get, HttpCode, Param, Post, Redirect, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../platform/access/public.decorator';
import { Problems } from '../../platform/openapi/operation';
import { type AnonymousCaller, type Caller, CurrentUser } from '../../users/caller';
import { EXTERNAL_SIGN_IN } from '../rate-limits/policies';
import { RateLimit, RateLimitForm } from '../rate-limits/rate-limit.decorator';
import { AccessTokenScheme } from '../schemes/access-token.scheme';
import { AuthenticatedBy } from '../schemes/authentication-scheme';
import { AuthorizationDto, ExternalProvidersDto, StartExternalDto } from './dto/external.dto';
import { ExternalCallback } from './external-callback.service';
import { ExternalStart } from './external-start.service';
import { FlowCookies } from './flow/flow-cookies.service';
import { ExternalProviders } from './providers/external-providers.service';

@ApiTags('Sign-in with other providers')
@Controller('auth/external')
export class ExternalController {
  constructor(
    private readonly providers: ExternalProviders,
    private readonly starts: ExternalStart,
    private readonly callbacks: ExternalCallback,
    private readonly cookies: FlowCookies,
  ) {}

  /** Lists the providers that users can sign in with. */
  @Public()
  @Get()
  listProviders(): ExternalProvidersDto {
    return { providers: this.providers.all };
  }

  /**
   * Starts a sign-in with a provider. The browser goes to `authorizationUrl` and comes back to `redirectTo` with
   * `#code=`, or with `#error=` and the code of a problem. A cookie binds it to the browser. The intent `link` needs an
   * access token and a recent authentication; `step-up` needs an access token, and asks the provider to authenticate
   * the user again.
   */
  @Public()
  @AuthenticatedBy(AccessTokenScheme)
  @Post(':provider/start')
  @HttpCode(200)
  @RateLimit(EXTERNAL_SIGN_IN)
  @ApiParam({ name: 'provider', description: 'Name of the provider.' })
  @Problems('not_found', 'unauthenticated', 'step_up_required', 'email_unverified')
  async startExternal(
    @CurrentUser() caller: Caller | AnonymousCaller,
    @Param('provider') provider: string,
    @Body() wanted: StartExternalDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuthorizationDto> {
    const { flow, authorizationUrl } = await this.starts.start(caller, provider, wanted);
    await this.cookies.set(reply, flow);
    return { authorizationUrl };
  }

  /** Takes a browser back from a provider. */
  @Public()
  @Get(':provider/callback')
  @RateLimitForm(EXTERNAL_SIGN_IN)
  @Redirect()
  @ApiExcludeEndpoint()
  async receive(
    @CurrentUser() caller: AnonymousCaller,
    @Param('provider') provider: string,
    @Req() request: FastifyRequest,
  ): Promise<{ url: string; statusCode: number }> {
    return { url: await this.callbacks.receive(caller, request, provider), statusCode: 303 };
  }
}
