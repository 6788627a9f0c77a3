import { Body, Controller, HttpCode, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Problems } from '../../openapi/operation';
import { CurrentSessionId, CurrentUser, type Principal } from '../../users/principal';
import { REAUTHENTICATE } from '../throttling/policies';
import { RateLimit } from '../throttling/rate-limit.decorator';
import { ChangePasswordDto } from './change-password.dto';
import { PasswordChangeService } from './password-change.service';

@ApiTags('Auth')
@Controller('auth/password')
export class PasswordController {
  constructor(private readonly changes: PasswordChangeService) {}

  /** Changes the caller's password. Every other session ends, this one stays. */
  @Put()
  @HttpCode(204)
  @RateLimit(REAUTHENTICATE)
  @Problems('invalid_credentials')
  change(
    @CurrentUser() caller: Principal,
    @CurrentSessionId() sessionId: string,
    @Body() wanted: ChangePasswordDto,
  ): Promise<void> {
    return this.changes.change(caller.id, sessionId, wanted);
  }
}
