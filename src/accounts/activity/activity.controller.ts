import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { AuditQueries } from '../../platform/audit/audit-queries.service';
import { mapPage } from '../../platform/pagination/page';
import { PageQueryDto } from '../../platform/pagination/page-query.dto';
import { CurrentUser, type Caller } from '../../users/caller';
import { ActivityDto, ActivityPageDto } from './activity.dto';

@ApiTags('Activity')
@Authenticated()
@Controller('auth/activity')
export class ActivityController {
  constructor(private readonly log: AuditQueries) {}

  /** Lists the activity of the caller's account, newest first. */
  @Get()
  async list(@CurrentUser() caller: Caller, @Query() query: PageQueryDto): Promise<ActivityPageDto> {
    return mapPage(await this.log.ofAccount(caller.id, query), ActivityDto.from);
  }
}
