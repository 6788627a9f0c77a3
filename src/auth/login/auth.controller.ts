import { Body, Controller, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { Public } from '../../platform/access/public.decorator';
import type { Actor } from '../../platform/audit/domain-events';
import { type Origin, RequestOrigin } from '../../platform/http/client/client-info';
import { Problems } from '../../platform/openapi/operation';
import { CurrentActor, CurrentSessionId, CurrentUser, type Principal } from '../../users/caller';
import { GivesDeviceToken } from '../devices/gives-device-token.decorator';
import { IsKnownDevice } from '../devices/known-device.decorator';
import { LOGIN, REGISTER, REGISTER_MAIL } from '../rate-limits/policies';
import { RateLimit } from '../rate-limits/rate-limit.decorator';
import { SessionStore } from '../sessions/session-store.service';
import { AuthService } from './auth.service';
import type { VerifiedCredentials } from './credentials.service';
import { AuthResponseDto } from './dto/auth-response.dto';
import { LoginDto } from './dto/login.dto';
import { RefreshDto } from './dto/refresh.dto';
import { RegisterDto, VerificationRequiredDto } from './dto/register.dto';
import { LocalAuthGuard } from './local-auth.guard';
import { RegistrationService } from './registration.service';
import { VerifiedUser } from './verified-user.decorator';

@ApiTags('Auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly registration: RegistrationService,
    private readonly sessions: SessionStore,
  ) {}

  /** Makes an account and logs it in. Where addresses must be verified first, it answers 202 and mails a link. */
  @Public()
  @Post('register')
  @RateLimit(REGISTER, REGISTER_MAIL)
  @GivesDeviceToken()
  @ApiResponse({ status: 201, type: AuthResponseDto })
  @ApiResponse({
    status: 202,
    type: VerificationRequiredDto,
    description: 'Where `EMAIL_VERIFICATION` is `required`: the account exists, and a link was mailed to its address.',
  })
  @Problems('weak_password', 'username_taken', 'email_taken')
  async register(
    @Body() account: RegisterDto,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuthResponseDto | VerificationRequiredDto> {
    const { user, grant } = await this.registration.register(account, origin);
    if (grant) {
      void reply.header('location', '/api/v1/users/me');
      return this.auth.respond(user, grant);
    }
    void reply.status(202);
    return { status: 'verification_required' };
  }

  /** Logs in by username or email address. */
  @Public()
  @UseGuards(LocalAuthGuard)
  @RateLimit(LOGIN)
  @Post('login')
  @HttpCode(200)
  @GivesDeviceToken()
  @Problems('invalid_credentials', 'account_deactivated', 'email_unverified')
  logIn(
    @VerifiedUser() verified: VerifiedCredentials,
    @Body() { remember }: LoginDto,
    @RequestOrigin() origin: Origin,
    @IsKnownDevice() isExpected: boolean,
  ): Promise<AuthResponseDto> {
    return this.auth.login(verified, { remembered: remember ?? false, origin, isExpected });
  }

  /** Exchanges a refresh token for a new pair of tokens. The one that was sent is used up. */
  @Public()
  @Post('refresh')
  @HttpCode(200)
  @RateLimit()
  @Problems('invalid_refresh_token')
  refresh(@Body() { refreshToken }: RefreshDto, @CurrentActor() actor: Actor): Promise<AuthResponseDto> {
    return this.auth.refresh(refreshToken, actor);
  }

  /** Ends this session. Its access and refresh tokens are refused at once. */
  @Authenticated()
  @Post('logout')
  @HttpCode(204)
  async logOut(
    @CurrentUser() caller: Principal,
    @CurrentSessionId() id: string,
    @CurrentActor() actor: Actor,
  ): Promise<void> {
    await this.sessions.end({ id, userId: caller.id }, 'logout', actor);
  }
}
