import { Transform } from 'class-transformer';
import { IsBoolean } from 'class-validator';
import { Optional, Text } from '../../platform/validation/fields';

const trimmed = ({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value);

/** A new note. */
export class CreateNoteDto {
  /** 1 to 200 characters; surrounding white space is trimmed. */
  @Transform(trimmed)
  @Text({ min: 1, max: 200, example: 'Groceries' })
  title!: string;

  /** The text, stored unchanged; empty by default. */
  @Optional()
  @Text({ min: 0, max: 100_000, example: 'Milk, bread' })
  content?: string;

  /** Whether the note is listed before those that are not pinned. @example false */
  @Optional()
  @IsBoolean({ message: 'must be true or false' })
  isPinned?: boolean;
}
