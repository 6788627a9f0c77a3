import { Module } from '@nestjs/common';
import { NotesModule } from '../../notes/notes.module';
import { Feature } from '../../platform/features/feature.decorator';
import { MarkdownRenderer } from './markdown-renderer.service';
import { NoteEntries } from './note-entries.service';
import { NoteForms } from './note-forms.service';
import { NotesPagesController } from './notes-pages.controller';

/** Notes in a browser. */
@Feature({
  name: 'notes-pages',
  access: {
    'GET page /notes': 'authenticated',
    'POST page /notes': 'authenticated',
    'GET page /notes/new': 'authenticated',
    'GET page /notes/:id': 'owner',
    'POST page /notes/:id': 'owner (update)',
    'GET page /notes/:id/edit': 'owner',
    'POST page /notes/:id/pin': 'owner (update)',
    'GET page /notes/:id/delete': 'owner',
    'POST page /notes/:id/delete': 'owner (delete)',
  },
  site: { menu: [{ label: 'Notes', href: '/notes', audience: 'accounts' }] },
})
@Module({
  imports: [NotesModule],
  controllers: [NotesPagesController],
  providers: [MarkdownRenderer, NoteEntries, NoteForms],
})
export class NotesPagesModule {}
