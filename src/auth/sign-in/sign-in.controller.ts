import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { Public } from '../../platform/access/public.decorator';
import { Problems } from '../../platform/openapi/operation';
import { type AnonymousCaller, type Caller, CurrentUser, sessionOf } from '../../users/caller';
import { RateLimit } from '../rate-limits/rate-limit.decorator';
import { SessionStore } from '../sessions/session-store.service';
import { AuthResponseDto } from './dto/auth-response.dto';
import { RefreshDto } from './dto/refresh.dto';
import { SignInService } from './sign-in.service';

@ApiTags('Auth')
@Controller('auth')
export class SignInController {
  constructor(
    private readonly signIn: SignInService,
    private readonly sessions: SessionStore,
  ) {}

  /** Exchanges a refresh token for a new pair of tokens. The refresh token that was sent can no longer be used. */
  @Public()
  @Post('refresh')
  @HttpCode(200)
  @RateLimit()
  @Problems('invalid_refresh_token')
  refresh(@CurrentUser() caller: AnonymousCaller, @Body() { refreshToken }: RefreshDto): Promise<AuthResponseDto> {
    return this.signIn.refresh(caller, refreshToken);
  }

  /** Ends this session. Its access and refresh tokens are refused at once. */
  @Authenticated()
  @Post('logout')
  @HttpCode(204)
  async logOut(@CurrentUser() caller: Caller): Promise<void> {
    await this.sessions.end(caller, { id: sessionOf(caller), userId: caller.id }, 'logout');
  }
}
