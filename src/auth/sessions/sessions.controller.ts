import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../audit/domain-events';
import { mapPage } from '../../common/pagination/page';
import { PageQueryDto } from '../../common/pagination/page-query.dto';
import { DomainError } from '../../common/problems/domain-error';
import { IdPipe } from '../../common/validation/id.pipe';
import { Authenticated } from '../../users/authenticated';
import { CurrentActor, CurrentSessionId, CurrentUser, type Principal } from '../../users/principal';
import { SessionStore } from './session-store';
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
