import { Body, Controller, HttpCode, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Problems } from '../../openapi/operation';
import { CurrentSessionId, CurrentUser, type Principal } from '../../users/principal';
import { type Origin, RequestOrigin } from '../sessions/origin';
import { ChangePasswordDto } from './change-password.dto';
import { PasswordChangeService } from './password-change.service';

@ApiTags('Auth')
@Controller('auth/password')
export class PasswordController {
  constructor(private readonly changes: PasswordChangeService) {}

  /** Changes the caller's password. Every other session ends, this one stays. */
  @Put()
  @HttpCode(204)
  @Problems('weak_password', 'invalid_credentials', 'rate_limited')
  change(
    @CurrentUser() caller: Principal,
    @CurrentSessionId() sessionId: string,
    @Body() wanted: ChangePasswordDto,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    return this.changes.change(caller, sessionId, wanted, origin);
  }
}
