import { Body, Controller, Header, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Problems } from '../openapi/operation';
import { CurrentSessionId, CurrentUser, type Principal } from '../users/principal';
import type { User } from '../users/user.entity';
import { AuthService } from './auth.service';
import { Public } from './decorators/public.decorator';
import { VerifiedUser } from './decorators/verified-user.decorator';
import { GivesDeviceToken } from './devices/gives-device-token.decorator';
import { AuthResponseDto } from './dto/auth-response.dto';
import { LoginDto } from './dto/login.dto';
import { RefreshDto } from './dto/refresh.dto';
import { RegisterDto } from './dto/register.dto';
import { LocalAuthGuard } from './guards/local-auth.guard';
import { type Origin, RequestOrigin } from './sessions/origin';
import { LOGIN } from './throttling/policies';
import { RateLimit } from './throttling/rate-limit.decorator';

@ApiTags('Auth')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  /** Makes an account and logs it in. */
  @Public()
  @Post('register')
  @Header('Location', '/api/v1/users/me')
  @GivesDeviceToken()
  @Problems('username_taken', 'email_taken')
  register(@Body() account: RegisterDto, @RequestOrigin() origin: Origin): Promise<AuthResponseDto> {
    return this.auth.register(account, origin);
  }

  /** Logs in by username or email. */
  @Public()
  @UseGuards(LocalAuthGuard)
  @RateLimit(LOGIN)
  @Post('login')
  @HttpCode(200)
  @GivesDeviceToken()
  @Problems('invalid_credentials', 'account_deactivated')
  login(
    @VerifiedUser() user: User,
    @Body() { remember }: LoginDto,
    @RequestOrigin() origin: Origin,
  ): Promise<AuthResponseDto> {
    return this.auth.login(user, remember ?? false, origin);
  }

  /** Exchanges a refresh token for a new pair. */
  @Public()
  @Post('refresh')
  @HttpCode(200)
  @Problems('invalid_refresh_token')
  refresh(@Body() { refreshToken }: RefreshDto): Promise<AuthResponseDto> {
    return this.auth.refresh(refreshToken);
  }

  /** Ends this session: its access and refresh tokens are dead at once. */
  @Post('logout')
  @HttpCode(204)
  logout(@CurrentUser() caller: Principal, @CurrentSessionId() sessionId: string): Promise<void> {
    return this.auth.logout(caller.id, sessionId);
  }
}
