import { PartialType } from '@nestjs/swagger';
import { CreateNoteDto } from './create-note.dto';

/** Changes to a note; omitted properties stay unchanged. */
export class UpdateNoteDto extends PartialType(CreateNoteDto, { skipNullProperties: false }) {}
