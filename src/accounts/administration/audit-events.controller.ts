import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditQueries } from '../../platform/audit/audit-queries.service';
import { mapPage } from '../../platform/pagination/page';
import { Roles } from '../../users/access/roles.decorator';
import { AuditEventDto, AuditEventPageDto } from './dto/audit-event.dto';
import { AuditQueryDto } from './dto/audit-query.dto';

@ApiTags('Administration')
@Roles('admin')
@Controller('admin/audit-events')
export class AuditEventsController {
  constructor(private readonly log: AuditQueries) {}

  /** Lists the audit trail, newest first. */
  @Get()
  async list(@Query() query: AuditQueryDto): Promise<AuditEventPageDto> {
    return mapPage(await this.log.list(query), AuditEventDto.from);
  }
}
