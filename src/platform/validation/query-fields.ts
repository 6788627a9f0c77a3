import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsInt, isISO8601 } from 'class-validator';
import { RowId } from './fields';

/** RFC 3339, 5.6: with a time zone, so that it is unambiguous; years have four digits. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** A boolean in a query: exactly `true` or `false`. */
export const QueryBoolean = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'boolean' }),
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean({ message: 'must be true or false' }),
  );

/** An id in a query. */
export const QueryId = RowId;

/** A time in a query, in ISO 8601 with a time zone; the property gets epoch milliseconds. */
export const QueryTime = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', format: 'date-time' }),
    Transform(({ value }: { value: unknown }) => milliseconds(value)),
    IsInt({ message: 'must be a time in ISO 8601 with a time zone' }),
  );

/** Other values stay unchanged and fail validation. */
const milliseconds = (value: unknown): unknown =>
  typeof value === 'string' && TIME.test(value) && isISO8601(value, { strict: true }) ? Date.parse(value) : value;
