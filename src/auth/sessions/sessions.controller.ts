import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { mapPage } from '../../platform/pagination/page';
import { PageQueryDto } from '../../platform/pagination/page-query.dto';
import { DomainError } from '../../platform/problems/domain-error';
import { IdPipe } from '../../platform/validation/id.pipe';
import { type Caller, CurrentUser, sessionOf } from '../../users/caller';
import { StepUp } from '../proofs/step-up.decorator';
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
  async list(@CurrentUser() caller: Caller, @Query() query: PageQueryDto): Promise<SessionPageDto> {
    const sessionId = sessionOf(caller);
    const page = await this.sessions.list(caller.id, query);
    return mapPage(page, (session) => SessionDto.from(session, sessionId));
  }

  /** Ends every other session of the caller; this one stays. */
  @Delete()
  @StepUp()
  @HttpCode(204)
  deleteOtherSessions(@CurrentUser() caller: Caller): Promise<void> {
    return this.store.endMany(caller, caller.id, sessionOf(caller));
  }

  /** Ends one session of the caller. */
  @Delete(':id')
  @StepUp()
  @HttpCode(204)
  async remove(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<void> {
    const ended = await this.store.end(caller, { id, userId: caller.id }, 'removed');
    if (!ended) throw new DomainError('not_found', 'You have no live session with this id.');
  }
}
