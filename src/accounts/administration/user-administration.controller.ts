import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { Problems } from '../../platform/openapi/operation';
import { IdPipe } from '../../platform/validation/id.pipe';
import { Roles } from '../../users/access/roles.decorator';
import { type Caller, CurrentUser } from '../../users/caller';
import type { UserDto } from '../../users/dto/user.dto';
import { AccountFields } from '../../users/fields/account-fields.service';
import { UsersService } from '../../users/users.service';
import { AdministerUserDto, UserPageDto } from './dto/user-administration.dto';
import { UsersQueryDto } from './dto/users-query.dto';
import { UserAdministration } from './user-administration.service';

@ApiTags('Administration')
@Roles('admin')
@Controller('admin/users')
export class UserAdministrationController {
  constructor(
    private readonly administration: UserAdministration,
    private readonly users: UsersService,
    private readonly fields: AccountFields,
  ) {}

  /** Lists accounts, newest first. */
  @Get()
  async listUsers(@Query() query: UsersQueryDto): Promise<UserPageDto> {
    const { items, nextCursor } = await this.administration.list(query);
    return { items: await this.fields.show(items), nextCursor };
  }

  /** Returns an account. */
  @Get(':id')
  async getUser(@Param('id', IdPipe) id: string): Promise<UserDto> {
    return this.fields.showOne(await this.administration.find(id));
  }

  /**
   * Activates or deactivates an account, or sets its roles. Refused with `conflict` if no active administrator would
   * remain.
   */
  @Patch(':id')
  @StepUp()
  @Problems('conflict')
  async updateUser(
    @CurrentUser() caller: Caller,
    @Param('id', IdPipe) id: string,
    @Body() status: AdministerUserDto,
  ): Promise<UserDto> {
    return this.fields.showOne(await this.users.updateStatus(caller, id, status));
  }

  /**
   * Starts the removal of an account's second factors. They are removed after 72 hours. Meanwhile, the owner gets three
   * mails, and can stop it by logging in or by a mailed link.
   */
  @Delete(':id/second-factor')
  @StepUp()
  @HttpCode(202)
  deleteUserSecondFactor(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<void> {
    return this.administration.removeSecondFactor(caller, id);
  }

  /** Ends every session of an account. */
  @Delete(':id/sessions')
  @StepUp()
  @HttpCode(204)
  deleteUserSessions(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<void> {
    return this.administration.endSessions(caller, id);
  }

  /** Mails a password reset link to the account's address. Administrators cannot set passwords. */
  @Post(':id/password-reset')
  @StepUp()
  @HttpCode(202)
  sendPasswordReset(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<void> {
    return this.administration.sendPasswordReset(caller, id);
  }
}
