import { ApiProperty } from '@nestjs/swagger';
import { isoTime } from '../../platform/kernel/iso-time';
import { PageOf } from '../../platform/pagination/page';
import type { Session } from './session.entity';

/** A live session of the caller. */
export class SessionDto {
  /** Id of the session (UUIDv7). @example "019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11" */
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** When it started: ISO 8601 in UTC, with milliseconds. @example "2026-11-20T21:44:52.123Z" */
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  /** When it was last used: its login, its latest refresh or, on the site, its latest page. @example "2026-11-20T21:44:52.123Z" */
  @ApiProperty({ format: 'date-time' })
  lastUsedAt!: string;

  /** When it ends at the latest. @example "2026-11-21T21:44:52.123Z" */
  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  /** Whether it was started with `remember`. @example false */
  remembered!: boolean;

  /** The User-Agent of the login; null if there was none. @example "curl/8.14.1" */
  @ApiProperty({ type: String, nullable: true })
  userAgent!: string | null;

  /** IP address of the login. @example "127.0.0.1" */
  ipAddress!: string;

  /** Whether it is the session of this request. @example true */
  current!: boolean;

  static from(session: Session, currentId: string): SessionDto {
    return {
      id: session.id,
      createdAt: isoTime(session.createdAt),
      lastUsedAt: isoTime(session.lastUsedAt),
      expiresAt: isoTime(session.expiresAt),
      remembered: session.remembered,
      userAgent: session.userAgent,
      ipAddress: session.ipAddress,
      current: session.id === currentId,
    };
  }
}

/** A page of live sessions. */
export class SessionPageDto extends PageOf(SessionDto) {}
