import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../../../platform/access/public.decorator';
import { Problems } from '../../../platform/openapi/operation';
import { type AnonymousCaller, CurrentUser } from '../../../users/caller';
import { GivesDeviceToken } from '../../devices/gives-device-token.decorator';
import { REGISTER, REGISTER_MAIL } from '../../rate-limits/policies';
import { RateLimit } from '../../rate-limits/rate-limit.decorator';
import { AuthResponseDto } from '../../sign-in/dto/auth-response.dto';
import { ChallengeDto } from '../../sign-in/dto/challenge.dto';
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
  @ApiExtraModels(ChallengeDto, VerificationRequiredDto)
  @ApiResponse({
    status: 202,
    schema: { oneOf: [{ $ref: getSchemaPath(VerificationRequiredDto) }, { $ref: getSchemaPath(ChallengeDto) }] },
    description:
      'The account exists. With `EMAIL_VERIFICATION=required`, a link was mailed to its address; with `SECOND_FACTOR=everyone`, it must have a second factor first.',
  })
  @Problems('weak_password', 'username_taken', 'email_taken')
  async register(
    @CurrentUser() caller: AnonymousCaller,
    @Body() account: RegisterDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuthResponseDto | ChallengeDto | VerificationRequiredDto> {
    const outcome = await this.registration.register(caller, account);
    if (outcome?.grant) void reply.header('location', '/api/v1/users/me');
    else void reply.status(202);
    return outcome ? this.signIn.respondTo(outcome) : { status: 'verification_required' };
  }
}
