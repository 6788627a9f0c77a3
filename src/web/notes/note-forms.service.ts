import { Injectable } from '@nestjs/common';
import { CreateNoteDto } from '../../notes/dto/create-note.dto';
import { UpdateNoteDto } from '../../notes/dto/update-note.dto';
import type { Note } from '../../notes/note.entity';
import { NotesService } from '../../notes/notes.service';
import { DomainError, noSuch } from '../../platform/problems/domain-error';
import type { Caller } from '../../users/caller';
import { type Form, type FormState, newForm } from '../forms/form';
import { FormKeys } from '../forms/form-keys.service';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';

/** The forms that notes are written and changed by. One that is sent twice does what it asks for once. */
@Injectable()
export class NoteForms {
  constructor(
    private readonly notes: NotesService,
    private readonly keys: FormKeys,
  ) {}

  /** A form for a new note. */
  blank({ id }: Caller): View {
    return new View('notes/new', { form: newForm({ key: this.keys.issue(id) }) });
  }

  /** Makes the note that a form asks for, whose id was chosen when the form was shown. */
  create({ id: ownerId }: Caller, form: Form): Promise<PageAnswer> {
    const [fields, key] = [fieldsOf(form), form.text('key')];
    return form.submit(
      async () => {
        const note = await form.read(CreateNoteDto, fields);
        const id = this.keys.idOf(key, ownerId);
        await this.createOnce(ownerId, note, id);
        return shown(id, TEXTS.noteWritten);
      },
      (state, code) => {
        const next = code === 'conflict' ? this.keys.issue(ownerId) : key;
        return new View('notes/new', { form: filled(state, fields, { key: next }) });
      },
    );
  }

  /** A form for changes of a note. */
  edit(note: Note): View {
    const { title, content, isPinned, updatedAt } = note;
    return new View('notes/edit', { note, form: newForm({ title, content, isPinned, version: updatedAt }) });
  }

  /** Saves changes of the version that a form was made for; of another one, both are shown. */
  save(note: Note, form: Form): Promise<PageAnswer> {
    const [fields, version] = [fieldsOf(form), form.text('version')];
    return form.submit(
      async () => {
        await this.saveOnce(note, await form.read(UpdateNoteDto, fields), versionIn(version));
        return shown(note.id, TEXTS.noteSaved);
      },
      (state, code) =>
        code === 'precondition_failed'
          ? this.conflict(note, (now) => filled(state, fields, { version: now }))
          : new View('notes/edit', { note, form: filled(state, fields, { version }) }),
    );
  }

  private async createOnce(ownerId: string, wanted: CreateNoteDto, id: string): Promise<void> {
    try {
      await this.notes.create(ownerId, wanted, id);
    } catch (error) {
      const made = await this.notes.findOwned(ownerId, id);
      if (!made) throw error;
      // The form was gone back to, and filled in for another note.
      if (!holds(made, wanted)) throw new DomainError('conflict', TEXTS.noteFormUsed, { cause: error });
    }
  }

  private async saveOnce(note: Note, wanted: UpdateNoteDto, version: number): Promise<void> {
    try {
      await this.notes.update(note, wanted, version);
    } catch (error) {
      const now = await this.notes.findOwned(note.ownerId, note.id);
      if (!now || !holds(now, wanted)) throw error;
    }
  }

  private async conflict({ ownerId, id }: Note, formFor: (version: number) => FormState): Promise<View> {
    const note = await this.notes.findOwned(ownerId, id);
    if (!note) throw noSuch('Note');
    return new View('notes/conflict', { note, form: formFor(note.updatedAt) });
  }
}

const fieldsOf = (form: Form) => ({
  title: form.text('title'),
  content: form.text('content'),
  isPinned: form.isChecked('isPinned'),
});

const filled = (state: FormState, fields: object, hidden: object): FormState => ({
  ...state,
  values: { ...fields, ...hidden },
});

/** The version that a form was made for; one that no note has where the form does not say. */
const versionIn = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : -1);

const holds = (note: Note, { title, content, isPinned }: UpdateNoteDto): boolean =>
  note.title === title && note.content === content && note.isPinned === isPinned;

const shown = (id: string, text: string) => new Redirect(`/notes/${id}`, { category: 'success', text });
