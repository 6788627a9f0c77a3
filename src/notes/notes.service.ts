import { Injectable } from '@nestjs/common';
import { OwnedRows } from '../ownership/owned-rows';
import { Database } from '../platform/database/database.service';
import { Clock } from '../platform/kernel/clock.service';
import type { CreateNoteDto } from './dto/create-note.dto';
import { NoteDto } from './dto/note.dto';
import { Note } from './note.entity';

/** The notes of an owner, pinned first, then newest first. */
@Injectable()
export class NotesService extends OwnedRows<Note> {
  constructor(database: Database, clock: Clock) {
    super(database, clock, Note, ['isPinned', 'createdAt', 'id']);
  }

  /** Creates a note of this owner. @param id generated if omitted */
  create(ownerId: string, { title, content = '', isPinned = false }: CreateNoteDto, id?: string): Promise<Note> {
    return this.insert(ownerId, { title, content, isPinned }, id);
  }

  /** The note as in the API, with `authorId`. */
  override exported(note: Note): object {
    return NoteDto.from(note);
  }
}
