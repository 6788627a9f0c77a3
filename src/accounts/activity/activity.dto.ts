import { ApiProperty } from '@nestjs/swagger';
import type { AuditEvent } from '../../platform/audit/audit-event.entity';
import { RecordedEventDto } from '../../platform/audit/recorded-event.dto';
import { PageOf } from '../../platform/pagination/page';

/** Who did something to an account, as its owner sees it; `somebody` is a client that did not authenticate. */
const ACTORS = ['you', 'somebody', 'administrator', 'operator'] as const;

/** Something that happened to the caller's account. */
export class ActivityDto extends RecordedEventDto {
  /** Who did it: the caller, a client that did not authenticate (`somebody`), an administrator, or an operator of the server. */
  @ApiProperty({ enum: ACTORS, example: 'you' })
  actor!: (typeof ACTORS)[number];

  /** IP address of the client; null when it is not known or when an administrator did it. @example "127.0.0.1" */
  @ApiProperty({ type: String, nullable: true })
  ipAddress!: string | null;

  /** The client's program, as it names itself; null when it is not known or when an administrator did it. @example "curl/8.14.1" */
  @ApiProperty({ type: String, nullable: true })
  userAgent!: string | null;

  static from(event: AuditEvent): ActivityDto {
    const actor = actorOf(event);
    // The address of an administrator is not shown to others.
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
  if (actorKind === 'anonymous') return 'somebody';
  if (actorKind === 'operator') return 'operator';
  return actorId === accountId ? 'you' : 'administrator';
}

/** A page of what happened to the caller's account. */
export class ActivityPageDto extends PageOf(ActivityDto) {}
