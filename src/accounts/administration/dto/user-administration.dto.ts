import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn } from 'class-validator';
import { PageOf } from '../../../platform/pagination/page';
import { Optional } from '../../../platform/validation/fields';
import { type Role, ROLES } from '../../../users/access/roles';
import { UserDto } from '../../../users/dto/user.dto';

/** What an administrator may change of an account. */
export class AdministerUserDto {
  /** `false` deactivates the account and ends its sessions at once; `true` activates it again. */
  @ApiProperty({ example: true })
  @Optional()
  @IsBoolean({ message: 'must be true or false' })
  isActive?: boolean;

  /** All roles of the account from now on; they replace those it has. */
  @ApiProperty({ enum: ROLES.names, isArray: true, minItems: 1, uniqueItems: true, example: ['user'] })
  @Optional()
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must name at least one role' })
  @ArrayUnique({ message: 'must name each role once' })
  @IsIn(ROLES.names, { each: true, message: () => `must be of ${ROLES.names.join(', ')}` })
  roles?: Role[];
}

/** A page of accounts. */
export class UserPageDto extends PageOf(UserDto) {}
