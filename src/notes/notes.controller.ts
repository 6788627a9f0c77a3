import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Owned, OwnedResource } from '../ownership/owned.decorator';
import { WithLocation } from '../platform/http/answers/with-location.decorator';
import { mapPage } from '../platform/pagination/page';
import { PageQueryDto } from '../platform/pagination/page-query.dto';
import { Scopes } from '../users/access/scopes';
import { CurrentUser, type Caller } from '../users/caller';
import { CreateNoteDto } from './dto/create-note.dto';
import { NoteDto, NotePageDto } from './dto/note.dto';
import { UpdateNoteDto } from './dto/update-note.dto';
import { Note } from './note.entity';
import { NotesService } from './notes.service';

@ApiTags('Notes')
@Owned(Note)
@Controller('notes')
export class NotesController {
  constructor(private readonly notes: NotesService) {}

  /** Lists the caller's notes, pinned first, then newest first. */
  @Get()
  @Scopes('notes:read')
  async list(@CurrentUser() caller: Caller, @Query() query: PageQueryDto): Promise<NotePageDto> {
    return mapPage(await this.notes.list(caller.id, query), NoteDto.from);
  }

  /** Creates a note. */
  @Post()
  @Scopes('notes:write')
  @WithLocation()
  async create(@CurrentUser() caller: Caller, @Body() note: CreateNoteDto): Promise<NoteDto> {
    return NoteDto.from(await this.notes.create(caller.id, note));
  }

  /** Returns a note of the caller. */
  @Get(':id')
  @Scopes('notes:read')
  findOne(@OwnedResource() note: Note): NoteDto {
    return NoteDto.from(note);
  }

  /** Changes a note. Omitted properties stay unchanged. */
  @Patch(':id')
  @Scopes('notes:write')
  async update(@OwnedResource() note: Note, @Body() changes: UpdateNoteDto): Promise<NoteDto> {
    return NoteDto.from(await this.notes.update(note, changes));
  }

  /** Deletes a note. */
  @Delete(':id')
  @Scopes('notes:write')
  @HttpCode(204)
  remove(@OwnedResource() note: Note): Promise<void> {
    return this.notes.remove(note);
  }
}
