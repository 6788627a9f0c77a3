import { ApiProperty } from '@nestjs/swagger';
import { isoTime } from '../kernel/iso-time';
import type { AuditEvent } from './audit-event.entity';

/**
 * The properties of every recorded event: extend it, and spread `RecordedEventDto.of(event)` after the properties that
 * `from` returns.
 */
export class RecordedEventDto {
  /** Id of the event (UUIDv7). */
  @ApiProperty({ format: 'uuid', example: '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11' })
  id!: string;

  /** What happened, such as `session.started`. @example "session.started" */
  type!: string;

  /** Whether it was done (`success`) or refused (`failure`). */
  @ApiProperty({ enum: ['success', 'failure'], example: 'success' })
  result!: AuditEvent['result'];

  /** When it happened: ISO 8601 in UTC, with milliseconds. */
  @ApiProperty({ format: 'date-time', example: '2026-11-20T21:44:52.123Z' })
  occurredAt!: string;

  /** Id of the affected row other than the account: a session, an API token; null when there is none. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: '019aa3d2-5b10-7d3c-8a52-11b7c8a0e4f2' })
  targetId!: string | null;

  /** Details of an event of this type; never a secret. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { remembered: false, newDevice: true } })
  details!: Record<string, unknown>;

  /** The part of a DTO that all recorded events have in common. */
  static of(event: AuditEvent): Pick<RecordedEventDto, keyof RecordedEventDto> {
    return {
      id: event.id,
      type: event.type,
      result: event.result,
      occurredAt: isoTime(event.occurredAt),
      targetId: event.targetId,
      details: JSON.parse(event.details) as Record<string, unknown>,
    };
  }
}
