import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '../audit/domain-events';
import { Problems } from '../openapi/operation';
import { Authenticated } from './authenticated';
import { UpdateUserDto } from './dto/update-user.dto';
import { UserDto } from './dto/user.dto';
import { CurrentActor, CurrentUser, type Principal } from './principal';
import { Scopes } from './scopes';
import { UsersService } from './users.service';

@ApiTags('Users')
@Authenticated()
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  /** Shows the caller's account. */
  @Get('me')
  @Scopes('account:read')
  getMe(@CurrentUser() caller: Principal): UserDto {
    return UserDto.from(caller.user);
  }

  /** Changes the caller's account. */
  @Patch('me')
  @Problems('username_taken')
  async updateMe(
    @CurrentUser() caller: Principal,
    @CurrentActor() actor: Actor,
    @Body() { username }: UpdateUserDto,
  ): Promise<UserDto> {
    return UserDto.from(username === undefined ? caller.user : await this.users.rename(caller.user, username, actor));
  }
}
