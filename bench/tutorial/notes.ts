import {
  Body,
  Controller,
  ForbiddenException,
  Get,
  Injectable,
  NotFoundException,
  Param,
  ParseUUIDPipe,
  Post,
  Req,
  UseGuards,
} from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsBoolean, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { Repository } from 'typeorm';
import { type AuthenticatedRequest, JwtAuthGuard } from './auth';
import { Note, type User } from './entities';

/** A new note. */
export class CreateNoteDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  title!: string;

  @IsOptional()
  @IsString()
  content?: string;

  @IsOptional()
  @IsBoolean()
  isPinned?: boolean;
}

@Injectable()
export class NotesService {
  constructor(@InjectRepository(Note) private readonly notes: Repository<Note>) {}

  findAll(ownerId: string): Promise<Note[]> {
    return this.notes.find({
      where: { ownerId },
      order: { isPinned: 'DESC', createdAt: 'DESC', id: 'DESC' },
      take: 20,
    });
  }

  async findOne(id: string, ownerId: string): Promise<Note> {
    const note = await this.notes.findOneBy({ id });
    if (!note) throw new NotFoundException();
    if (note.ownerId !== ownerId) throw new ForbiddenException();
    return note;
  }

  create(ownerId: string, { title, content = '', isPinned }: CreateNoteDto): Promise<Note> {
    return this.notes.save(this.notes.create({ ownerId, title, content, isPinned }));
  }
}

@Controller('notes')
@UseGuards(JwtAuthGuard)
export class NotesController {
  constructor(private readonly notes: NotesService) {}

  @Get()
  findAll(@Req() request: AuthenticatedRequest): Promise<Note[]> {
    return this.notes.findAll(request.user.id);
  }

  @Get(':id')
  findOne(@Req() request: AuthenticatedRequest, @Param('id', ParseUUIDPipe) id: string): Promise<Note> {
    return this.notes.findOne(id, request.user.id);
  }

  @Post()
  create(@Req() request: AuthenticatedRequest, @Body() dto: CreateNoteDto): Promise<Note> {
    return this.notes.create(request.user.id, dto);
  }
}

@Controller('users')
@UseGuards(JwtAuthGuard)
export class UsersController {
  @Get('me')
  me(@Req() request: AuthenticatedRequest): User {
    return request.user;
  }
}
