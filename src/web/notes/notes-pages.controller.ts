import { Get, HttpCode, Post } from '@nestjs/common';
import { Note } from '../../notes/note.entity';
import { NotesService } from '../../notes/notes.service';
import { Owned, OwnedResource } from '../../ownership/owned.decorator';
import { Action } from '../../ownership/rules/access-rule';
import { BodyLimit } from '../../platform/http/bodies/body-limit';
import { type Caller, CurrentUser } from '../../users/caller';
import { type Form, FormBody } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { QueryText } from '../pages/query-text.decorator';
import { sitePath } from '../pages/site-path';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { MarkdownRenderer } from './markdown-renderer.service';
import { NoteEntries } from './note-entries.service';
import { NoteForms } from './note-forms.service';

/** Notes on a page of the list. */
const PAGE_SIZE = 20;

/** Largest form in bytes: 100,000 characters of up to 12 bytes each (`%F0%9F%98%80`), and the other fields. */
const FORM_BYTES = 1_300_000;

@Owned(Note)
@PageController('notes')
export class NotesPagesController {
  constructor(
    private readonly notes: NotesService,
    private readonly entries: NoteEntries,
    private readonly forms: NoteForms,
    private readonly markdown: MarkdownRenderer,
  ) {}

  @Get()
  async list(@CurrentUser() caller: Caller, @QueryText('cursor') cursor: string): Promise<View> {
    const query = cursor === '' ? {} : { cursor };
    const { items, nextCursor } = await this.notes.list(caller.id, { limit: PAGE_SIZE, ...query });
    const here = `/notes${cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`}`;
    const entries = items.map((note) => this.entries.render(note)).join('');
    return new View('notes/list', { entries, nextCursor, here });
  }

  @Get('new')
  start(@CurrentUser() caller: Caller): View {
    return this.forms.blank(caller);
  }

  @Post()
  @HttpCode(200)
  @BodyLimit(FORM_BYTES)
  create(@CurrentUser() caller: Caller, @FormBody() form: Form): Promise<PageAnswer> {
    return this.forms.create(caller, form);
  }

  @Get(':id')
  show(@OwnedResource() note: Note): View {
    return new View('notes/view', { note, html: this.markdown.render(note) });
  }

  @Get(':id/edit')
  edit(@OwnedResource() note: Note): View {
    return this.forms.edit(note);
  }

  @Post(':id')
  @HttpCode(200)
  @Action('update')
  @BodyLimit(FORM_BYTES)
  save(@OwnedResource() note: Note, @FormBody() form: Form): Promise<PageAnswer> {
    return this.forms.save(note, form);
  }

  /** Pins a note or, where the form does not say so, unpins it. Its text stays as it is by then. */
  @Post(':id/pin')
  @HttpCode(200)
  @Action('update')
  async pin(@OwnedResource() note: Note, @FormBody() form: Form): Promise<Redirect> {
    const isPinned = form.isChecked('isPinned');
    if (note.isPinned !== isPinned) await this.notes.update(note, { isPinned });
    return new Redirect(sitePath(form.text('next')) ?? '/notes');
  }

  @Get(':id/delete')
  confirm(@OwnedResource() note: Note): View {
    return new View('notes/delete', { note });
  }

  @Post(':id/delete')
  @HttpCode(200)
  @Action('delete')
  async remove(@OwnedResource() note: Note): Promise<Redirect> {
    await this.notes.remove(note);
    return new Redirect('/notes', { category: 'success', text: TEXTS.noteDeleted });
  }
}
