import { Get } from '@nestjs/common';
import { AuditQueryDto } from '../../accounts/administration/dto/audit-query.dto';
import { UserAdministration } from '../../accounts/administration/user-administration.service';
import type { AuditEvent } from '../../platform/audit/audit-event.entity';
import { AuditQueries } from '../../platform/audit/audit-queries.service';
import { Features } from '../../platform/features/features.service';
import { Roles } from '../../users/access/roles.decorator';
import { type Form, type FormState, newForm, QueryForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { type PageAnswer, View } from '../rendering/page-answer';
import { Sensitive } from '../sessions/session-cookie.scheme';
import { shownEvent } from './audit-event-values';
import { filled, nextPage } from './filters';

const FILTERS = ['type', 'result', 'accountId', 'actorId', 'from', 'to'] as const;

/** What a browser makes of `datetime-local`; the page says that it is in UTC. */
const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d{1,3})?$/;

/** A time as the API takes it: with seconds and a zone. */
const zoned = (time: string | undefined) =>
  time !== undefined && LOCAL_TIME.test(time) ? `${time.length === 16 ? `${time}:00` : time}Z` : time;

@Sensitive()
@Roles('admin')
@PageController('admin/audit')
export class AuditPageController {
  private readonly types: readonly string[];

  constructor(
    private readonly trail: AuditQueries,
    private readonly administration: UserAdministration,
    features: Features,
  ) {
    this.types = features.all.flatMap(({ auditEvents }) => auditEvents ?? []).sort();
  }

  @Get()
  list(@QueryForm() form: Form): Promise<PageAnswer> {
    return form.submit(
      async () => {
        const filters = filled(form, FILTERS);
        const times = { from: zoned(filters.from), to: zoned(filters.to) };
        const query = await form.read(AuditQueryDto, { ...filters, ...times, ...filled(form, ['cursor']) });
        const { items, nextCursor } = await this.trail.list(query);
        return this.page(newForm(filters), items, nextPage('/admin/audit', filters, nextCursor));
      },
      (refused) => this.page(refused, []),
    );
  }

  private async page(form: FormState, events: readonly AuditEvent[], next = ''): Promise<View> {
    const ids = events.flatMap(({ accountId, actorId }) => [accountId, actorId]).filter((id) => id !== null);
    const names = await this.administration.namesOf(ids);
    const shown = events.map((event) => shownEvent(event, names));
    return new View('administration/audit', { form, events: shown, next, types: this.types });
  }
}
