import { Get } from '@nestjs/common';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { AuditQueries } from '../../platform/audit/audit-queries.service';
import { type Caller, CurrentUser } from '../../users/caller';
import { PageController } from '../pages/page-controller.decorator';
import { QueryText } from '../pages/query-text.decorator';
import { View } from '../rendering/page-answer';
import { Sensitive } from '../sessions/session-cookie.scheme';
import { listQuery } from './list-query';
import { shownEvent } from './shown-event';

@Authenticated()
@Sensitive()
@PageController('account/activity')
export class ActivityPageController {
  constructor(private readonly log: AuditQueries) {}

  @Get()
  async list(@CurrentUser() caller: Caller, @QueryText('cursor') cursor: string): Promise<View> {
    const { items, nextCursor } = await this.log.ofAccount(caller.id, listQuery(cursor));
    return new View('account/activity', { events: items.map(shownEvent), cursor, nextCursor });
  }
}
