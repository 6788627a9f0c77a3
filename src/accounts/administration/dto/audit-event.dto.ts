import { ApiProperty } from '@nestjs/swagger';
import type { AuditEvent } from '../../../platform/audit/audit-event.entity';
import { RecordedEventDto } from '../../../platform/audit/recorded-event.dto';
import { PageOf } from '../../../platform/pagination/page';

/** A link of the audit chain, for administrators. */
export class AuditEventDto extends RecordedEventDto {
  /** Position in the chain, from 1, without gaps. @example 42 */
  @ApiProperty({ type: 'integer' })
  sequence!: number;

  /** The kind of actor: a user, an unauthenticated client, or an operator at the command line. */
  @ApiProperty({ enum: ['user', 'anonymous', 'operator'], example: 'user' })
  actorKind!: AuditEvent['actorKind'];

  /** The account of the actor; null unless the actor is a user. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: '019aa3d2-5b10-7d3c-8a52-11b7c8a0e4f2' })
  actorId!: string | null;

  /** The affected account; null if there is none, as for a failed login with an unknown name. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: '019aa3d2-5b10-7d3c-8a52-11b7c8a0e4f2' })
  accountId!: string | null;

  /** IP address of the client; null if unknown, or if erased with the account. @example "127.0.0.1" */
  @ApiProperty({ type: String, nullable: true })
  ipAddress!: string | null;

  /** User-Agent of the client; null if unknown, or if erased with the account. @example "curl/8.14.1" */
  @ApiProperty({ type: String, nullable: true })
  userAgent!: string | null;

  /**
   * SHA-256 over this event and the previous hash, base64url.
   * @example "P3kSyn9OkGM4bGqGcXDpvYnFsXaYxWQXrLGMPjRyUzQ"
   */
  hash!: string;

  static from(event: AuditEvent): AuditEventDto {
    return {
      sequence: event.sequence,
      actorKind: event.actorKind,
      actorId: event.actorId,
      accountId: event.accountId,
      ipAddress: event.personal?.ipAddress ?? null,
      userAgent: event.personal?.userAgent ?? null,
      hash: event.hash,
      ...RecordedEventDto.of(event),
    };
  }
}

/** A page of the audit trail. */
export class AuditEventPageDto extends PageOf(AuditEventDto) {}
