import { ApiProperty } from '@nestjs/swagger';
import { isoTime } from '../platform/kernel/iso-time';
import type { OwnedEntity } from './owned.entity';

/** The properties of an owned row without its owner: for a resource with another name for its owner, such as notes. */
export class RowDto {
  /** Id of the row (UUIDv7). */
  @ApiProperty({ format: 'uuid', example: '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11' })
  id!: string;

  /** When it was created: ISO 8601 in UTC, with milliseconds. */
  @ApiProperty({ format: 'date-time', example: '2026-11-20T21:44:52.123Z' })
  createdAt!: string;

  /** When it was last changed; `createdAt` if it never was. */
  @ApiProperty({ format: 'date-time', example: '2026-11-20T21:44:52.123Z' })
  updatedAt!: string;

  /** The part of a DTO that all rows have in common. */
  static of(row: OwnedEntity): Pick<RowDto, keyof RowDto> {
    const createdAt = isoTime(row.createdAt);
    return { id: row.id, createdAt, updatedAt: updatedAtOf(row, createdAt) };
  }
}

/**
 * The properties of every owned row: extend it, and spread `OwnedDto.of(row)` after the properties that `from` returns.
 * V8 creates a slow object for a literal that begins with a spread: 20 notes take 59 us instead of 3 us.
 */
export class OwnedDto extends RowDto {
  /** Id of the account that owns the row. */
  @ApiProperty({ format: 'uuid', example: '019aa3d2-5b10-7d3c-8a52-11b7c8a0e4f2' })
  ownerId!: string;

  /** The part of a DTO that all owned rows have in common. */
  static override of(row: OwnedEntity): Pick<OwnedDto, keyof OwnedDto> {
    const createdAt = isoTime(row.createdAt);
    return { id: row.id, ownerId: row.ownerId, createdAt, updatedAt: updatedAtOf(row, createdAt) };
  }
}

/** Most rows are never changed. */
const updatedAtOf = (row: OwnedEntity, createdAt: string): string =>
  row.updatedAt === row.createdAt ? createdAt : isoTime(row.updatedAt);
