import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AllowedBy, LoadedRow } from '../../../ownership/rules/allowed-by.decorator';
import { Authenticated } from '../../../platform/access/authenticated.decorator';
import { BodyLimit } from '../../../platform/http/bodies/body-limit';
import { Problems } from '../../../platform/openapi/operation';
import { mapPage } from '../../../platform/pagination/page';
import { PageQueryDto } from '../../../platform/pagination/page-query.dto';
import { type Caller, CurrentUser } from '../../../users/caller';
import { StepUp } from '../../proofs/step-up.decorator';
import { ADD_PASSKEY } from '../../rate-limits/policies';
import { RateLimit } from '../../rate-limits/rate-limit.decorator';
import { AllowsEnrollment } from '../../schemes/enrollment.scheme';
import { PasskeyDto, PasskeyPageDto } from '../dto/passkey.dto';
import { Passkey } from '../passkey.entity';
import { Passkeys } from '../passkeys.service';
import { CeremonyDto } from '../webauthn/dto/ceremony.dto';
import { AddPasskeyDto, RenamePasskeyDto } from './dto/add-passkey.dto';
import { PasskeyOwnership } from './passkey-ownership.rule';
import { PasskeyRegistration } from './passkey-registration.service';

@ApiTags('Passkeys')
@Controller('auth/passkeys')
export class PasskeysController {
  constructor(
    private readonly passkeys: Passkeys,
    private readonly registration: PasskeyRegistration,
  ) {}

  /** Starts adding a passkey. */
  @Authenticated()
  @Post('options')
  @AllowsEnrollment()
  @HttpCode(200)
  @StepUp()
  beginPasskey(@CurrentUser() caller: Caller): Promise<CeremonyDto> {
    return this.registration.begin(caller);
  }

  /** Adds a passkey; an account may have 10. */
  @Authenticated()
  @Post()
  @AllowsEnrollment()
  @RateLimit(ADD_PASSKEY)
  @StepUp()
  @BodyLimit(65_536)
  @Problems('invalid_passkey', 'quota_exceeded', 'conflict')
  async create(@CurrentUser() caller: Caller, @Body() made: AddPasskeyDto): Promise<PasskeyDto> {
    return PasskeyDto.from(await this.registration.complete(caller, made));
  }

  /** Lists the caller's passkeys, newest first. */
  @Authenticated()
  @Get()
  async list(@CurrentUser() caller: Caller, @Query() query: PageQueryDto): Promise<PasskeyPageDto> {
    return mapPage(await this.passkeys.list(caller.id, query), PasskeyDto.from);
  }

  /** Renames a passkey. */
  @AllowedBy(PasskeyOwnership, Passkey)
  @Patch(':id')
  async update(
    @CurrentUser() caller: Caller,
    @LoadedRow() passkey: Passkey,
    @Body() { name }: RenamePasskeyDto,
  ): Promise<PasskeyDto> {
    return PasskeyDto.from(await this.passkeys.rename(caller, passkey, name));
  }

  /** Removes a passkey, unless it is the last way to sign in. */
  @StepUp()
  @AllowedBy(PasskeyOwnership, Passkey)
  @Delete(':id')
  @HttpCode(204)
  @Problems('last_sign_in_method')
  remove(@CurrentUser() caller: Caller, @LoadedRow() passkey: Passkey): Promise<void> {
    return this.passkeys.remove(caller, passkey);
  }
}
