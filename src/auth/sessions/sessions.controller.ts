import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { mapPage } from '../../common/pagination/page';
import { PageQueryDto } from '../../common/pagination/page-query.dto';
import { DomainError } from '../../common/problems/domain-error';
import { IdPipe } from '../../common/validation/id.pipe';
import { CurrentSessionId, CurrentUser, type Principal } from '../../users/principal';
import { SessionDto, SessionPageDto } from './session.dto';
import { SessionsService } from './sessions.service';

@ApiTags('Sessions')
@Controller('auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  /** The caller's live sessions, newest first. */
  @Get()
  async list(
    @CurrentUser() caller: Principal,
    @CurrentSessionId() sessionId: string,
    @Query() query: PageQueryDto,
  ): Promise<SessionPageDto> {
    const page = await this.sessions.list(caller.id, query);
    return mapPage(page, (session) => SessionDto.from(session, sessionId));
  }

  /** Ends every other session of the caller; this one stays. */
  @Delete()
  @HttpCode(204)
  removeOthers(@CurrentUser() caller: Principal, @CurrentSessionId() sessionId: string): Promise<void> {
    return this.sessions.endOthers(caller.id, sessionId);
  }

  /** Ends one session of the caller. */
  @Delete(':id')
  @HttpCode(204)
  async remove(@CurrentUser() caller: Principal, @Param('id', IdPipe) id: string): Promise<void> {
    const ended = await this.sessions.end({ id, userId: caller.id }, 'removed');
    if (!ended) throw new DomainError('not_found', 'You have no such live session.');
  }
}
