import { Body, Controller, Delete, Get, HttpCode, Patch, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { EXPORT, REAUTHENTICATE, RENAME } from '../../auth/rate-limits/policies';
import { RateLimit } from '../../auth/rate-limits/rate-limit.decorator';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { Problems } from '../../platform/openapi/operation';
import { Scopes } from '../../users/access/scopes';
import { type Caller, CurrentUser } from '../../users/caller';
import { UpdateUserDto } from '../../users/dto/update-user.dto';
import { UserDto } from '../../users/dto/user.dto';
import { AccountFields } from '../../users/fields/account-fields.service';
import { AccountDeletionService } from './account-deletion.service';
import { AccountExportService, EXPORT_FILE } from './account-export.service';
import { DeleteAccountDto } from './delete-account.dto';
import { ProfileService } from './profile.service';

@ApiTags('Users')
@Authenticated()
@Controller('users/me')
export class AccountController {
  constructor(
    private readonly deletion: AccountDeletionService,
    private readonly exports: AccountExportService,
    private readonly profile: ProfileService,
    private readonly fields: AccountFields,
  ) {}

  /** Returns the caller's account. */
  @Get()
  @Scopes('account:read')
  getMe(@CurrentUser() caller: Caller): Promise<UserDto> {
    return this.fields.showOne(caller.user);
  }

  /** Changes the caller's account. */
  @Patch()
  @RateLimit(RENAME)
  @Problems('username_taken')
  async updateMe(@CurrentUser() caller: Caller, @Body() changes: UpdateUserDto): Promise<UserDto> {
    return this.fields.showOne(await this.profile.update(caller, changes));
  }

  /**
   * Exports all data about the caller. One JSON object: account, sessions, API tokens without secrets, notes, activity.
   */
  @Get('export')
  @RateLimit(EXPORT)
  @StepUp()
  @ApiOkResponse({
    description: 'All data about the caller, by kind.',
    content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
  })
  async exportAccount(@CurrentUser() caller: Caller): Promise<StreamableFile> {
    return new StreamableFile(await this.exports.begin(caller), EXPORT_FILE);
  }

  /** Deletes the caller's account and everything that belongs to it. Immediate and irreversible. */
  @Delete()
  @HttpCode(204)
  @RateLimit(REAUTHENTICATE)
  @StepUp({ takesPassword: true })
  @Problems('invalid_credentials', 'conflict')
  deleteAccount(@CurrentUser() caller: Caller, @Body() { password }: DeleteAccountDto): Promise<void> {
    return this.deletion.delete(caller, password);
  }
}
