import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn } from 'class-validator';
import { PageOf } from '../../../platform/pagination/page';
import { Optional } from '../../../platform/validation/fields';
import { type Role, ROLES } from '../../../users/access/roles';
import { UserDto } from '../../../users/dto/user.dto';

/** Changes that an administrator can make to an account. */
export class AdministerUserDto {
  /** `false` deactivates the account and ends its sessions at once; `true` reactivates it. */
  @ApiProperty({ example: true })
  @Optional()
  @IsBoolean({ message: 'must be true or false' })
  isActive?: boolean;

  /** All roles of the account; they replace the current ones. */
  @ApiProperty({ enum: ROLES.names, isArray: true, minItems: 1, uniqueItems: true, example: ['user'] })
  @Optional()
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must name at least one role' })
  @ArrayUnique({ message: 'must name each role once' })
  @IsIn(ROLES.names, { each: true, message: () => `must each be one of ${ROLES.names.join(', ')}` })
  roles?: Role[];
}

/** A page of accounts. */
export class UserPageDto extends PageOf(UserDto) {}
