import type { AuditQueries } from '../../platform/audit/audit-queries.service';
import { pagesOf } from '../../users/personal-data/personal-data.service';
import { ActivityDto } from './activity.dto';

/** The activity of an account for its owner's export. */
export async function* exportActivity(queries: AuditQueries, accountId: string): AsyncGenerator<ActivityDto[]> {
  for await (const batch of pagesOf((query) => queries.ofAccount(accountId, query))) yield batch.map(ActivityDto.from);
}
