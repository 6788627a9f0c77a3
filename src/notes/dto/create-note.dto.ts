import { Transform } from 'class-transformer';
import { IsBoolean } from 'class-validator';
import { Optional, Text } from '../../common/validation/fields';

const trimmed = ({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value);

/** A new note. */
export class CreateNoteDto {
  /** Counted after trimming. */
  @Transform(trimmed)
  @Text({ min: 1, max: 200, example: 'Groceries' })
  title!: string;

  /** Kept byte for byte; empty when left out. */
  @Optional()
  @Text({ min: 0, max: 100_000, example: 'Milk, bread' })
  content?: string;

  /** Pinned notes come first. @example false */
  @Optional()
  @IsBoolean({ message: 'must be true or false' })
  isPinned?: boolean;
}
