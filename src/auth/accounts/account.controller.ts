import { Body, Controller, Delete, Get, HttpCode, Patch, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { AuditTrail } from '../../audit/audit-trail';
import type { Actor } from '../../audit/domain-events';
import { networkOf } from '../../http/network';
import { Problems } from '../../openapi/operation';
import { Authenticated } from '../../users/authenticated';
import { UpdateUserDto } from '../../users/dto/update-user.dto';
import { UserDto } from '../../users/dto/user.dto';
import { PersonalData } from '../../users/personal-data';
import { CurrentActor, CurrentUser, type Principal } from '../../users/principal';
import { UsersService } from '../../users/users.service';
import { EXPORT, REAUTHENTICATE, RENAME } from '../throttling/policies';
import { RateLimit } from '../throttling/rate-limit.decorator';
import { AccountDeletionService } from './account-deletion.service';
import { DeleteAccountDto } from './delete-account.dto';

const FILE = { type: 'application/json; charset=utf-8', disposition: 'attachment; filename="latchkey-export.json"' };

@ApiTags('Users')
@Authenticated()
@Controller('users/me')
export class AccountController {
  constructor(
    private readonly deletion: AccountDeletionService,
    private readonly personalData: PersonalData,
    private readonly users: UsersService,
    private readonly audit: AuditTrail,
  ) {}

  /** Changes the caller's account. */
  @Patch()
  @RateLimit(RENAME)
  @Problems('username_taken')
  async updateMe(
    @CurrentUser() caller: Principal,
    @CurrentActor() actor: Actor,
    @Body() { username }: UpdateUserDto,
  ): Promise<UserDto> {
    return UserDto.from(username === undefined ? caller.user : await this.users.rename(caller.user, username, actor));
  }

  /** Exports everything that is kept about the caller. One JSON object: account, sessions, API tokens without secrets, notes, activity. */
  @Get('export')
  @RateLimit(EXPORT)
  @ApiOkResponse({
    description: 'Everything that is kept about the caller, by kind.',
    content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
  })
  async exportAccount(@CurrentUser() { user }: Principal, @CurrentActor() actor: Actor): Promise<StreamableFile> {
    const text = this.personalData.export(user, networkOf(actor.origin?.ipAddress ?? ''));
    try {
      await this.audit.recordAlone({ type: 'user.exported', actor, accountId: user.id, details: {} });
    } catch (error) {
      text.destroy();
      throw error;
    }
    return new StreamableFile(text, FILE);
  }

  /** Deletes the caller's account and everything that belongs to it. At once; nothing can bring it back. */
  @Delete()
  @HttpCode(204)
  @RateLimit(REAUTHENTICATE)
  @Problems('invalid_credentials', 'conflict')
  deleteAccount(
    @CurrentUser() caller: Principal,
    @CurrentActor() actor: Actor,
    @Body() { password }: DeleteAccountDto,
  ): Promise<void> {
    return this.deletion.delete(caller.id, password, actor);
  }
}
