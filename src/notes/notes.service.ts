import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock';
import { newId } from '../common/ids';
import type { Page } from '../common/pagination/page';
import type { PageQueryDto } from '../common/pagination/page-query.dto';
import { Database } from '../database/database';
import type { CreateNoteDto } from './dto/create-note.dto';
import type { UpdateNoteDto } from './dto/update-note.dto';
import { Note } from './note.entity';

/** Notes of one owner at a time. */
@Injectable()
export class NotesService {
  private readonly ownNotes;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.ownNotes = database.list(Note, {
      name: 'notes',
      where: '"ownerId" = $1',
      order: ['isPinned', 'createdAt', 'id'],
    });
  }

  /** The owner's notes, pinned first, then newest first. */
  list(ownerId: string, query: PageQueryDto): Promise<Page<Note>> {
    return this.ownNotes([ownerId], query);
  }

  async create(ownerId: string, { title, content = '', isPinned = false }: CreateNoteDto): Promise<Note> {
    const now = this.clock.now();
    const note = Object.assign(new Note(), {
      id: newId(),
      ownerId,
      title,
      content,
      isPinned,
      createdAt: now,
      updatedAt: now,
    });
    await this.database.manager.insert(Note, note);
    return note;
  }

  /** @throws DomainError `not_found` when it was deleted meanwhile */
  update(note: Note, { title, content, isPinned }: UpdateNoteDto): Promise<Note> {
    return this.database.change(Note, note, { title, content, isPinned, updatedAt: this.clock.now() });
  }

  /** @throws DomainError `not_found` when it was deleted meanwhile */
  remove(note: Note): Promise<void> {
    return this.database.remove(Note, note);
  }
}
