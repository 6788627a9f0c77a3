import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from './authenticated';
import { UserDto } from './dto/user.dto';
import { CurrentUser, type Principal } from './principal';
import { Scopes } from './scopes';

@ApiTags('Users')
@Authenticated()
@Controller('users')
export class UsersController {
  /** Shows the caller's account. */
  @Get('me')
  @Scopes('account:read')
  getMe(@CurrentUser() caller: Principal): UserDto {
    return UserDto.from(caller.user);
  }
}
