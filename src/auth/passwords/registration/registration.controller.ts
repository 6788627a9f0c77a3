import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../../../platform/access/public.decorator';
import { Problems } from '../../../platform/openapi/operation';
import { type AnonymousCaller, CurrentUser } from '../../../users/caller';
import { GivesDeviceToken } from '../../devices/gives-device-token.decorator';
import { REGISTER, REGISTER_MAIL } from '../../rate-limits/policies';
import { RateLimit } from '../../rate-limits/rate-limit.decorator';
import { AuthResponseDto } from '../../sign-in/dto/auth-response.dto';
import { SignInService } from '../../sign-in/sign-in.service';
import { RegisterDto, VerificationRequiredDto } from './dto/register.dto';
import { RegistrationService } from './registration.service';

@ApiTags('Auth')
@Controller('auth')
export class RegistrationController {
  constructor(
    private readonly registration: RegistrationService,
    private readonly signIn: SignInService,
  ) {}

  /** Creates an account and logs it in. If addresses must be verified first, responds with 202 and mails a link. */
  @Public()
  @Post('register')
  @RateLimit(REGISTER, REGISTER_MAIL)
  @GivesDeviceToken()
  @ApiResponse({ status: 201, type: AuthResponseDto })
  @ApiResponse({
    status: 202,
    type: VerificationRequiredDto,
    description: 'If `EMAIL_VERIFICATION` is `required`: the account exists, and a link was mailed to its address.',
  })
  @Problems('weak_password', 'username_taken', 'email_taken')
  async register(
    @CurrentUser() caller: AnonymousCaller,
    @Body() account: RegisterDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuthResponseDto | VerificationRequiredDto> {
    const { user, grant } = await this.registration.register(caller, account);
    if (grant) {
      void reply.header('location', '/api/v1/users/me');
      return this.signIn.respond(user, grant);
    }
    void reply.status(202);
    return { status: 'verification_required' };
  }
}
