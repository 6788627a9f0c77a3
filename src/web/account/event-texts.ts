import { ActivityDto } from '../../accounts/activity/activity.dto';
import { deviceName } from '../../auth/notices/device-name';
import type { AuditEvent } from '../../platform/audit/audit-event.entity';
import type { EventType } from '../../platform/audit/domain-events';

/** What happened to an account, for its owner. An event that is not here shows its type. */
const EVENT_TEXTS: Partial<Record<EventType, string>> = {
  'user.registered': 'The account was registered',
  'user.imported': 'The account was imported',
  'user.renamed': 'The username was changed',
  'user.deactivated': 'The account was deactivated',
  'user.reactivated': 'The account was reactivated',
  'user.roles-changed': 'The roles of the account were changed',
  'user.exported': 'The data of the account was exported',
  'session.started': 'Logged in',
  'session.ended': 'A session ended',
  'session.refused': 'A login was refused',
  'session.refresh-refused': 'A session was not continued',
  'session.theft-detected': 'A session ended because its token was used by someone else',
  'password.changed': 'The password was changed',
  'password.refused': 'A wrong password was entered',
  'password.reset-requested': 'A link to set a new password was requested',
  'password.reset': 'A new password was set by a mailed link',
  'email.verification-requested': 'A link to verify the email address was requested',
  'email.verified': 'The email address was verified',
  'email.change-requested': 'A change of the email address was requested',
  'email.changed': 'The email address was changed',
  'email.change-undone': 'A change of the email address was undone',
  'api-token.created': 'An API token was created',
  'api-token.ended': 'An API token was revoked',
  'rate-limit.exceeded': 'Too many attempts were refused',
  'link.refused': 'A mailed link was refused',
};

/** Who did it, as `ActivityDto` has it. */
const ACTOR_TEXTS: Readonly<Record<ActivityDto['actor'], string>> = {
  you: 'You',
  somebody: 'Someone who was not logged in',
  administrator: 'An administrator',
  operator: 'The operator',
};

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
