import { Get, HttpCode, Param, Post } from '@nestjs/common';
import { deviceName } from '../../auth/notices/device-name';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { SessionStore } from '../../auth/sessions/session-store.service';
import type { Session } from '../../auth/sessions/session.entity';
import { SessionsService } from '../../auth/sessions/sessions.service';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { DomainError } from '../../platform/problems/domain-error';
import { IdPipe } from '../../platform/validation/id.pipe';
import { type Caller, CurrentUser, sessionOf } from '../../users/caller';
import { PageController } from '../pages/page-controller.decorator';
import { QueryText } from '../pages/query-text.decorator';
import { Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { Sensitive } from '../sessions/session-cookie.scheme';
import { listQuery } from './list-query';

@Authenticated()
@Sensitive()
@PageController('account/sessions')
export class SessionsPageController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly store: SessionStore,
  ) {}

  @Get()
  async list(@CurrentUser() caller: Caller, @QueryText('cursor') cursor: string): Promise<View> {
    const { items, nextCursor } = await this.sessions.list(caller.id, listQuery(cursor));
    const sessions = items.map((session) => shown(session, sessionOf(caller)));
    return new View('account/sessions', { sessions, cursor, nextCursor });
  }

  @Post('end-others')
  @StepUp()
  @HttpCode(200)
  async endOthers(@CurrentUser() caller: Caller): Promise<Redirect> {
    await this.store.endMany(caller, caller.id, sessionOf(caller));
    return new Redirect('/account/sessions', { category: 'success', text: TEXTS.otherSessionsEnded });
  }

  @Post(':id/end')
  @StepUp()
  @HttpCode(200)
  async end(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const ended = await this.store.end(caller, { id, userId: caller.id }, 'removed');
    if (!ended) throw new DomainError('not_found', 'You have no live session with this id.');
    return new Redirect('/account/sessions', { category: 'success', text: TEXTS.sessionEnded });
  }
}

const shown = ({ id, userAgent, ipAddress, remembered, createdAt, lastUsedAt }: Session, currentId: string) => ({
  ...{ id, ipAddress, remembered, createdAt, lastUsedAt },
  device: deviceName(userAgent ?? ''),
  isCurrent: id === currentId,
});
