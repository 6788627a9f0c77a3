import { deviceName } from '../../auth/notices/device-name';
import type { AuditEvent } from '../../platform/audit/audit-event.entity';
import { readableFacts } from './readable-facts';

/** What templates show of an event. @param names usernames of the accounts that still exist */
export const shownEvent = (event: AuditEvent, names: ReadonlyMap<string, string>) => ({
  sequence: event.sequence,
  type: event.type,
  result: event.result,
  occurredAt: event.occurredAt,
  actorKind: event.actorKind,
  actor: party(event.actorId, names),
  account: party(event.accountId, names),
  ipAddress: event.personal?.ipAddress ?? '',
  device: deviceName(event.personal?.userAgent ?? ''),
  details: [
    ...readableFacts(JSON.parse(event.details) as object),
    ...(event.targetId === null ? [] : [{ name: 'target', value: event.targetId }]),
  ],
});

/** An account by its name; one that no longer exists has none. */
const party = (id: string | null, names: ReadonlyMap<string, string>) =>
  id === null ? null : { id, name: names.get(id) ?? '' };
