import { ApiProperty } from '@nestjs/swagger';
import { isoTime } from '../../../platform/kernel/iso-time';
import { PageOf } from '../../../platform/pagination/page';
import type { Passkey } from '../passkey.entity';

/** A passkey. */
export class PasskeyDto {
  /** Id of the passkey (UUIDv7). */
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** The name that its owner gave it. @example "Laptop" */
  name!: string;

  /** Whether it is synced to other devices of its owner. @example true */
  isBackedUp!: boolean;

  /** When it was added: ISO 8601 in UTC, with milliseconds. */
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  /** When it was last used; null if it never was. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastUsedAt!: string | null;

  static from({ id, name, isBackedUp, createdAt, lastUsedAt }: Passkey): PasskeyDto {
    const times = { createdAt: isoTime(createdAt), lastUsedAt: lastUsedAt === null ? null : isoTime(lastUsedAt) };
    return { id, name, isBackedUp, ...times };
  }
}

/** A page of passkeys. */
export class PasskeyPageDto extends PageOf(PasskeyDto) {}
