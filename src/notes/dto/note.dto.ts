import { PageOf } from '../../common/pagination/page';
import { OwnedDto } from '../../ownership/owned.dto';
import type { Note } from '../note.entity';

/** A note, as its owner sees it. */
export class NoteDto extends OwnedDto {
  /** @example "Groceries" */
  title!: string;

  /** @example "Milk, bread" */
  content!: string;

  /** @example false */
  isPinned!: boolean;

  static from(note: Note): NoteDto {
    return { title: note.title, content: note.content, isPinned: note.isPinned, ...OwnedDto.of(note) };
  }
}

/** A page of notes. */
export class NotePageDto extends PageOf(NoteDto) {}
