import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service';
import type { Page } from '../pagination/page';
import type { PageQueryDto } from '../pagination/page-query.dto';
import { AuditEvent } from './audit-event.entity';

/** Filters for events; an undefined filter is not applied. */
export interface AuditFilters {
  type?: string | undefined;
  result?: AuditEvent['result'] | undefined;
  accountId?: string | undefined;
  actorId?: string | undefined;
  /** Events at this time or later; epoch milliseconds. */
  from?: number | undefined;
  /** Events before this time; epoch milliseconds. */
  to?: number | undefined;
}

/** Reads recorded events, newest first. */
@Injectable()
export class AuditQueries {
  private readonly ofOneAccount;
  private readonly filtered;

  constructor(database: Database) {
    this.ofOneAccount = database.list(AuditEvent, {
      name: 'activity',
      where: '"accountId" = $1',
      order: ['sequence'],
    });
    this.filtered = database.filteredList(AuditEvent, {
      name: 'audit-events',
      filters: {
        type: '"type" = $',
        result: '"result" = $',
        accountId: '"accountId" = $',
        actorId: '"actorId" = $',
        from: '"occurredAt" >= $',
        to: '"occurredAt" < $',
      },
      // By time first, so that a time span is one range of an index.
      order: ['occurredAt', 'sequence'],
    });
  }

  /** Events of one account. @throws DomainError `invalid_cursor` */
  ofAccount(accountId: string, query: PageQueryDto): Promise<Page<AuditEvent>> {
    return this.ofOneAccount([accountId], query);
  }

  /** All events. @throws DomainError `invalid_cursor`, including for a cursor of other filters */
  list(query: AuditFilters & PageQueryDto): Promise<Page<AuditEvent>> {
    return this.filtered(query, query);
  }
}
