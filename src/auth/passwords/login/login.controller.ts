import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../../platform/access/public.decorator';
import { Problems } from '../../../platform/openapi/operation';
import { type AnonymousCaller, CurrentUser } from '../../../users/caller';
import { IsKnownDevice } from '../../devices/known-device.decorator';
import { LOGIN } from '../../rate-limits/policies';
import { RateLimit } from '../../rate-limits/rate-limit.decorator';
import type { AuthResponseDto } from '../../sign-in/dto/auth-response.dto';
import type { ChallengeDto } from '../../sign-in/dto/challenge.dto';
import { SignInService } from '../../sign-in/sign-in.service';
import { SignsIn } from '../../sign-in/signs-in.decorator';
import type { VerifiedCredentials } from './credentials.service';
import { LoginDto } from './dto/login.dto';
import { LocalAuthGuard } from './local-auth.guard';
import { VerifiedUser } from './verified-user.decorator';

@ApiTags('Auth')
@Controller('auth')
export class LoginController {
  constructor(private readonly signIn: SignInService) {}

  /** Logs in by username or email address. */
  @Public()
  @UseGuards(LocalAuthGuard)
  @RateLimit(LOGIN)
  @Post('login')
  @HttpCode(200)
  @SignsIn()
  @Problems('invalid_credentials', 'account_deactivated', 'email_unverified')
  logIn(
    @CurrentUser() caller: AnonymousCaller,
    @VerifiedUser() { proof }: VerifiedCredentials,
    @Body() { remember }: LoginDto,
    @IsKnownDevice() isExpected: boolean,
  ): Promise<AuthResponseDto | ChallengeDto> {
    return this.signIn.signIn(caller, proof, { remembered: remember ?? false, isExpected });
  }
}
