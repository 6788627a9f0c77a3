import { ApiProperty } from '@nestjs/swagger';
import type { AuditEvent } from '../../platform/audit/audit-event.entity';
import { RecordedEventDto } from '../../platform/audit/recorded-event.dto';
import { PageOf } from '../../platform/pagination/page';

/** The actors as shown to the owner of an account; `anonymous` is an unauthenticated client. */
const ACTORS = ['you', 'anonymous', 'administrator', 'operator'] as const;

/** An event of the caller's account. */
export class ActivityDto extends RecordedEventDto {
  /** The caller (`you`), an unauthenticated client (`anonymous`), an administrator, or an operator of the server. */
  @ApiProperty({ enum: ACTORS, example: 'you' })
  actor!: (typeof ACTORS)[number];

  /** IP address of the client; null if unknown, or if the actor is an administrator. @example "127.0.0.1" */
  @ApiProperty({ type: String, nullable: true })
  ipAddress!: string | null;

  /** User-Agent of the client; null if unknown, or if the actor is an administrator. @example "curl/8.14.1" */
  @ApiProperty({ type: String, nullable: true })
  userAgent!: string | null;

  static from(event: AuditEvent): ActivityDto {
    const actor = actorOf(event);
    // An administrator's address is not shown to others.
    const client = actor === 'administrator' ? null : event.personal;
    return {
      actor,
      ipAddress: client?.ipAddress ?? null,
      userAgent: client?.userAgent ?? null,
      ...RecordedEventDto.of(event),
    };
  }
}

function actorOf({ actorKind, actorId, accountId }: AuditEvent): ActivityDto['actor'] {
  if (actorKind !== 'user') return actorKind;
  return actorId === accountId ? 'you' : 'administrator';
}

/** A page of the activity of the caller's account. */
export class ActivityPageDto extends PageOf(ActivityDto) {}
