import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { PageQueryDto } from '../../../platform/pagination/page-query.dto';
import { Optional, Text } from '../../../platform/validation/fields';
import { QueryBoolean } from '../../../platform/validation/query-fields';
import { type Role, ROLES } from '../../../users/access/roles';

/** Filters and page of the accounts. */
export class UsersQueryDto extends PageQueryDto {
  /** Only accounts whose username or email address contains this text, ignoring case. */
  @Optional()
  @Text({ min: 1, max: 254, example: 'alice' })
  q?: string;

  /** Only active accounts (`true`), or only deactivated ones (`false`). */
  @Optional()
  @QueryBoolean()
  isActive?: boolean;

  /** Only accounts with this role. */
  @ApiProperty({ enum: ROLES.names })
  @Optional()
  @IsIn(ROLES.names, { message: () => `must be ${ROLES.names.join(' or ')}` })
  role?: Role;

  /** Only accounts whose email address is verified (`true`), or only the others (`false`). */
  @Optional()
  @QueryBoolean()
  emailVerified?: boolean;
}
