import { Module } from '@nestjs/common';
import { Feature } from '../platform/features/feature.decorator';
import { Note } from './note.entity';
import { NotesController } from './notes.controller';
import { NotesService } from './notes.service';

declare module '../users/access/scopes' {
  interface ScopeNames {
    'notes:read': true;
    'notes:write': true;
  }
}

/** Notes that only their owners can open: the example for other domain modules. */
@Feature({
  name: 'notes',
  access: {
    'GET /notes': 'authenticated, token with notes:read',
    'POST /notes': 'authenticated, token with notes:write',
    'DELETE /notes/:id': 'owner, token with notes:write',
    'GET /notes/:id': 'owner, token with notes:read',
    'PATCH /notes/:id': 'owner, token with notes:write',
  },
  scopes: { 'notes:read': 'Read notes.', 'notes:write': 'Create, change and delete notes.' },
  tags: { Notes: 'Notes that only their owner can open' },
  entities: [Note],
})
@Module({ controllers: [NotesController], providers: [NotesService], exports: [NotesService] })
export class NotesModule {}
