import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../../audit/audit-log';
import { mapPage } from '../../common/pagination/page';
import { PageQueryDto } from '../../common/pagination/page-query.dto';
import { Authenticated } from '../../users/authenticated';
import { pagesOf, PersonalData } from '../../users/personal-data';
import { CurrentUser, type Principal } from '../../users/principal';
import { ActivityDto, ActivityPageDto } from './activity.dto';

@ApiTags('Activity')
@Authenticated()
@Controller('auth/activity')
export class ActivityController {
  constructor(
    private readonly log: AuditLog,
    personalData: PersonalData,
  ) {
    personalData.contribute('activity', async function* (accountId) {
      for await (const batch of pagesOf((query) => log.ofAccount(accountId, query))) yield batch.map(ActivityDto.from);
    });
  }

  /** Lists what happened to the caller's account, newest first. */
  @Get()
  async list(@CurrentUser() caller: Principal, @Query() query: PageQueryDto): Promise<ActivityPageDto> {
    return mapPage(await this.log.ofAccount(caller.id, query), ActivityDto.from);
  }
}
