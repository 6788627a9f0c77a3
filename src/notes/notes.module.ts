import { Module } from '@nestjs/common';
import { NotesController } from './notes.controller';
import { NotesService } from './notes.service';

/** Notes that only their owners can open: the model for every next domain module. */
@Module({ controllers: [NotesController], providers: [NotesService] })
export class NotesModule {}
