import { ActivityDto } from '../../accounts/activity/activity.dto';
import { deviceName } from '../../auth/notices/device-name';
import type { AuditEvent } from '../../platform/audit/audit-event.entity';
import { ACTOR_TEXTS, EVENT_TEXTS } from '../rendering/texts';

/** An event as pages show it to the owner of the account: no more than `ActivityDto` does. */
export interface ShownEvent {
  readonly text: string;
  readonly actor: string;
  readonly device: string;
  readonly ipAddress: string;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
}

export function shownEvent(event: AuditEvent): ShownEvent {
  const { type, actor, result, userAgent, ipAddress } = ActivityDto.from(event);
  const texts: Readonly<Record<string, string | undefined>> = EVENT_TEXTS;
  return {
    text: texts[type] ?? (result === 'failure' ? `${type} (refused)` : type),
    actor: ACTOR_TEXTS[actor],
    device: deviceName(userAgent ?? ''),
    ipAddress: ipAddress ?? '',
    occurredAt: event.occurredAt,
  };
}
