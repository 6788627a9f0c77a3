import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import type { Actor } from '../../platform/audit/domain-events';
import { mapPage } from '../../platform/pagination/page';
import { PageQueryDto } from '../../platform/pagination/page-query.dto';
import { DomainError } from '../../platform/problems/domain-error';
import { IdPipe } from '../../platform/validation/id.pipe';
import { CurrentActor, CurrentSessionId, CurrentUser, type Principal } from '../../users/caller';
import { SessionStore } from './session-store.service';
import { SessionDto, SessionPageDto } from './session.dto';
import { SessionsService } from './sessions.service';

@ApiTags('Sessions')
@Authenticated()
@Controller('auth/sessions')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly store: SessionStore,
  ) {}

  /** Lists the caller's live sessions, newest first. */
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
  deleteOtherSessions(
    @CurrentActor() actor: Actor,
    @CurrentUser() caller: Principal,
    @CurrentSessionId() kept: string,
  ) {
    return this.store.endMany(caller.id, actor, kept);
  }

  /** Ends one session of the caller. */
  @Delete(':id')
  @HttpCode(204)
  async remove(
    @CurrentUser() caller: Principal,
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
  ): Promise<void> {
    const ended = await this.store.end({ id, userId: caller.id }, 'removed', actor);
    if (!ended) throw new DomainError('not_found', 'You have no live session with this id.');
  }
}
