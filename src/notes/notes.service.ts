import { Injectable } from '@nestjs/common';
import { OwnedRows } from '../ownership/owned-rows';
import { Database } from '../platform/database/database';
import { Clock } from '../platform/kernel/clock';
import type { CreateNoteDto } from './dto/create-note.dto';
import { NoteDto } from './dto/note.dto';
import { Note } from './note.entity';

/** Notes of one owner at a time, pinned first, then newest first. */
@Injectable()
export class NotesService extends OwnedRows<Note> {
  constructor(database: Database, clock: Clock) {
    super(database, clock, Note, ['isPinned', 'createdAt', 'id']);
  }

  /** Writes a new note of this owner. @param id a new one when left out */
  create(ownerId: string, { title, content = '', isPinned = false }: CreateNoteDto, id?: string): Promise<Note> {
    return this.insert(ownerId, { title, content, isPinned }, id);
  }

  /** As the API shows it, with `authorId`. */
  override exported(note: Note): object {
    return NoteDto.from(note);
  }
}
