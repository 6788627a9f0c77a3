import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsString, registerDecorator, ValidateIf } from 'class-validator';
import { isId } from '../kernel/ids';

/** The length of a text in Unicode code points, as in JSON Schema. */
export const characters = (text: string): number =>
  text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);

/** Inclusive bounds of a text field in characters (Unicode code points). */
export interface TextBounds {
  min: number;
  max: number;
  /** Shown in the OpenAPI document; left out for a property that does not belong in the example of its body. */
  example?: string;
  /** A pattern that the whole text must match. */
  pattern?: RegExp;
  /** The meaning of the pattern, to complete "must be 3 to 80". */
  meaning?: string;
  format?: string;
}

/**
 * A text property with bounds, for validation and documentation. Accepts any Unicode; the pipe refuses NUL and lone
 * surrogates in every field.
 */
export function Text({ min, max, example, pattern, meaning, format }: TextBounds): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: 'string',
      minLength: min,
      maxLength: max,
      ...(example !== undefined && { example }),
      pattern: pattern?.source,
      ...(format && { format }),
    }),
    IsString({ message: 'must be a string' }),
    (target: object, propertyName: string | symbol) =>
      registerDecorator({
        name: 'text',
        target: target.constructor,
        propertyName: String(propertyName),
        constraints: [min, max],
        options: { message: `must be ${min} to ${max} ${meaning ?? 'characters'}` },
        validator: {
          validate: (value: unknown) => {
            if (typeof value !== 'string') return false;
            // A code point is one or two UTF-16 units, so counting is only needed between these bounds.
            if (value.length < min || value.length > max * 2) return false;
            const count = characters(value);
            return count >= min && count <= max && (pattern === undefined || pattern.test(value));
          },
        },
      }),
  );
}

/** The property may be left out; null is refused, unlike with class-validator's IsOptional. */
export const Optional = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** The property may be null, which clears it. */
export const Nullable = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ nullable: true }),
    ValidateIf((_, value) => value !== null),
  );

/** The property may be left out, which keeps the value, or null, which clears it. */
export const Clearable = (): PropertyDecorator => applyDecorators(Optional(), Nullable());

/** The id of a row, normalized to the stored form. */
export const RowId = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', format: 'uuid' }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    valid('id', isId, 'must be a UUID'),
  );

/** A calendar date without a time, as in RFC 3339: `2026-11-20`. Stays text. */
export const CalendarDate = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', format: 'date', example: '2026-11-20' }),
    valid('date', isCalendarDate, 'must be a date like 2026-11-20'),
  );

function isCalendarDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = Date.parse(value);
  // February 30 would be parsed as a day in March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

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
