import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { Optional } from '../validation/fields';

/** Only plain decimal digits are a number; anything else stays text and fails validation. */
const digits = ({ value }: { value: unknown }) =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;

/** Which page of a list is asked for. */
export class PageQueryDto {
  /** How many items a page has at most. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 20 })
  @Optional()
  @Transform(digits)
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(100, { message: 'must be at most 100' })
  limit?: number;

  /** The `nextCursor` of the page before, unchanged; left out for the first page. */
  @ApiPropertyOptional({ type: 'string', maxLength: 1000 })
  @Optional()
  @IsString({ message: 'must be one string' })
  @MaxLength(1000, { message: 'must be at most 1000 characters' })
  cursor?: string;
}
