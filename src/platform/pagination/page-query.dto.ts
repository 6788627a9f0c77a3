import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { Optional } from '../validation/fields';

/** Converts plain decimal digits only; any other text fails validation. */
const digits = ({ value }: { value: unknown }) =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;

/** The requested page of a list. */
export class PageQueryDto {
  /** Maximum number of items per page. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 20 })
  @Optional()
  @Transform(digits)
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(100, { message: 'must be at most 100' })
  limit?: number;

  /** The unchanged `nextCursor` of the previous page; omitted for the first page. */
  @ApiPropertyOptional({ type: 'string', maxLength: 1000 })
  @Optional()
  @IsString({ message: 'must be one string' })
  @MaxLength(1000, { message: 'must be at most 1000 characters' })
  cursor?: string;
}
