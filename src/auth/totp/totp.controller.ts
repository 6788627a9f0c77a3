import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { Problems } from '../../platform/openapi/operation';
import { IdPipe } from '../../platform/validation/id.pipe';
import { type Caller, CurrentUser } from '../../users/caller';
import { StepUp } from '../proofs/step-up.decorator';
import { SECOND_FACTOR } from '../rate-limits/policies';
import { RateLimit } from '../rate-limits/rate-limit.decorator';
import { AllowsEnrollment } from '../schemes/enrollment.scheme';
import { AddedTotpDto, AddTotpDto } from './dto/add-totp.dto';
import { ConfirmedTotpDto, ConfirmTotpDto } from './dto/confirm-totp.dto';
import { TotpEnrollment } from './totp-enrollment.service';

/** Its path has the name of the method, not of the thing. */
const DescribesId = () => ApiParam({ name: 'id', description: 'Id of the authenticator app.' });

@ApiTags('Second factors')
@Authenticated()
@Controller('auth/totp')
export class TotpController {
  constructor(private readonly enrollment: TotpEnrollment) {}

  /** Adds an authenticator app. It is not in use until its first code is confirmed, within 10 minutes. */
  @Post()
  @RateLimit(SECOND_FACTOR)
  @StepUp()
  @AllowsEnrollment()
  @Problems('quota_exceeded')
  createTotp(@CurrentUser() caller: Caller, @Body() { name }: AddTotpDto): Promise<AddedTotpDto> {
    return this.enrollment.add(caller, name);
  }

  /**
   * Confirms an authenticator app by its first code. From the first one on, logins need a second factor, and other
   * sessions without one end. The response to the first one has recovery codes.
   */
  @Post(':id/confirm')
  @DescribesId()
  @HttpCode(200)
  @RateLimit(SECOND_FACTOR)
  @StepUp()
  @AllowsEnrollment()
  @Problems('invalid_second_factor')
  async confirmTotp(
    @CurrentUser() caller: Caller,
    @Param('id', IdPipe) id: string,
    @Body() { code }: ConfirmTotpDto,
  ): Promise<ConfirmedTotpDto> {
    return { recoveryCodes: await this.enrollment.confirm(caller, id, code) };
  }

  /** Removes an authenticator app. When no second factor is left, logins no longer need one. */
  @Delete(':id')
  @DescribesId()
  @HttpCode(204)
  @StepUp()
  remove(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<void> {
    return this.enrollment.remove(caller, id);
  }
}
