import { ApiProperty } from '@nestjs/swagger';
import { isoTime } from '../../../platform/kernel/iso-time';
import { PageOf } from '../../../platform/pagination/page';
import type { Passkey } from '../passkey.entity';

/** A passkey. */
export class PasskeyDto {
  /** Id of the passkey (UUIDv7). */
  @ApiProperty({ format: 'uuid', example: '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11' })
  id!: string;

  /** As its owner calls it. @example "Laptop" */
  name!: string;

  /** The model of the authenticator; zeros where it does not tell. @example "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4" */
  aaguid!: string;

  /** Whether it is synced to other devices of its owner. @example true */
  isBackedUp!: boolean;

  /** When it was added: ISO 8601 in UTC, with milliseconds. */
  @ApiProperty({ format: 'date-time', example: '2026-11-20T21:44:52.123Z' })
  createdAt!: string;

  /** When it was last used; null if it never was. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  lastUsedAt!: string | null;

  static from({ id, name, aaguid, isBackedUp, createdAt, lastUsedAt }: Passkey): PasskeyDto {
    const times = { createdAt: isoTime(createdAt), lastUsedAt: lastUsedAt === null ? null : isoTime(lastUsedAt) };
    return { id, name, aaguid, isBackedUp, ...times };
  }
}

/** A page of passkeys. */
export class PasskeyPageDto extends PageOf(PasskeyDto) {}
