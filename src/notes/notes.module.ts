import { Module } from '@nestjs/common';
import { Feature } from '../platform/features/feature.decorator';
import { Note } from './note.entity';
import { NotesController } from './notes.controller';
import { NotesService } from './notes.service';

/** Notes that only their owners can open: the model for every next domain module. */
@Feature({ name: 'notes', entities: [Note] })
@Module({ controllers: [NotesController], providers: [NotesService] })
export class NotesModule {}
