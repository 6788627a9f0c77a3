import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '../../common/pagination/page';
import type { Note } from '../note.entity';

/** A note, as its owner sees it. */
export class NoteDto {
  /** @example "019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11" */
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** @example "Groceries" */
  title!: string;

  /** @example "Milk, bread" */
  content!: string;

  /** @example false */
  isPinned!: boolean;

  /** The user whose note it is. @example "019aa3d2-5b10-7d3c-8a52-11b7c8a0e4f2" */
  @ApiProperty({ format: 'uuid' })
  authorId!: string;

  /** @example "2026-11-20T21:44:52.123Z" */
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  /** @example "2026-11-20T21:44:52.123Z" */
  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;

  static from(note: Note): NoteDto {
    return {
      id: note.id,
      title: note.title,
      content: note.content,
      isPinned: note.isPinned,
      authorId: note.ownerId,
      createdAt: new Date(note.createdAt).toISOString(),
      updatedAt: new Date(note.updatedAt).toISOString(),
    };
  }
}

/** A page of notes. */
export class NotePageDto extends PageOf(NoteDto) {}
