import { Get } from '@nestjs/common';
import { SessionsService } from '../../auth/sessions/sessions.service';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { AuditQueries } from '../../platform/audit/audit-queries.service';
import { type Caller, CurrentUser } from '../../users/caller';
import { PageController } from '../pages/page-controller.decorator';
import { Redirect, View } from '../rendering/page-answer';
import { shownEvent } from './shown-event';

/** How many of the latest events the overview shows. */
const LATEST = 5;

@Authenticated()
@PageController()
export class OverviewPageController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly log: AuditQueries,
  ) {}

  /** The dashboard: who you are, and what happened lately. */
  @Get('account')
  async show(@CurrentUser() caller: Caller): Promise<View> {
    const [sessions, { items }] = await Promise.all([
      this.sessions.count(caller.id),
      this.log.ofAccount(caller.id, { limit: LATEST }),
    ]);
    return new View('account/overview', { sessions, events: items.map(shownEvent) });
  }

  @Get('dashboard')
  dashboard(): Redirect {
    return new Redirect('/account');
  }
}
