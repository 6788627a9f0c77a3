import { ApiProperty } from '@nestjs/swagger';
import { RowDto } from '../../ownership/owned.dto';
import { PageOf } from '../../platform/pagination/page';
import type { Note } from '../note.entity';

/** A note, as its owner sees it. */
export class NoteDto extends RowDto {
  /** The title. @example "Groceries" */
  title!: string;

  /** The text, unchanged. @example "Milk, bread" */
  content!: string;

  /** Whether the note is listed before those that are not pinned. @example false */
  isPinned!: boolean;

  /** Id of the account that owns the note. */
  @ApiProperty({ format: 'uuid', example: '019aa3d2-5b10-7d3c-8a52-11b7c8a0e4f2' })
  authorId!: string;

  static from(note: Note): NoteDto {
    const { title, content, isPinned, ownerId } = note;
    return { title, content, isPinned, authorId: ownerId, ...RowDto.of(note) };
  }
}

/** A page of notes. */
export class NotePageDto extends PageOf(NoteDto) {}
