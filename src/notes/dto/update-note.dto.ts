import { PartialType } from '@nestjs/swagger';
import { CreateNoteDto } from './create-note.dto';

/** What to change of a note; what is left out stays as it is. */
export class UpdateNoteDto extends PartialType(CreateNoteDto, { skipNullProperties: false }) {}
