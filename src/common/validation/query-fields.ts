import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsInt, isISO8601, registerDecorator } from 'class-validator';
import { isId } from '../ids';

/** RFC 3339, 5.6: with a zone, so that it is one moment everywhere; the years are those that have four digits. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** Parameters of a query are text; exactly `true` and `false` are booleans, anything else is refused. */
export const QueryBoolean = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'boolean', example: true }),
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean({ message: 'must be true or false' }),
  );

/** An id in a query, in the one form under which rows are stored. */
export const QueryId = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', format: 'uuid', example: '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11' }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    valid('id', isId, 'must be a UUID'),
  );

/** A time in a query, in ISO 8601 with a zone; the property gets epoch milliseconds. */
export const QueryTime = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-20T21:44:52.123Z' }),
    Transform(({ value }: { value: unknown }) => milliseconds(value)),
    IsInt({ message: 'must be a time in ISO 8601 with a zone' }),
  );

/** What is no time stays as it is and fails validation. */
const milliseconds = (value: unknown): unknown =>
  typeof value === 'string' && TIME.test(value) && isISO8601(value, { strict: true }) ? Date.parse(value) : value;

function valid(name: string, validate: (value: unknown) => boolean, message: string): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(propertyName),
      options: { message },
      validator: { validate },
    });
}
