import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, registerDecorator, ValidateIf } from 'class-validator';

/** How many characters a text has, counted as Unicode code points, as JSON Schema counts them. */
export const characters = (text: string): number =>
  text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);

/** Bounds of a text field in characters (Unicode code points), both allowed. */
export interface TextBounds {
  min: number;
  max: number;
  /** Shown in the OpenAPI document. */
  example: string;
  /** A pattern that the whole text must match. */
  pattern?: RegExp;
  /** What the pattern means, to complete "must be 3 to 80". */
  meaning?: string;
  format?: string;
}

/** A text property with bounds, validated and documented alike. Takes any Unicode; NUL and lone surrogates are refused for every field by the pipe. */
export function Text({ min, max, example, pattern, meaning, format }: TextBounds): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ minLength: min, maxLength: max, example, pattern: pattern?.source, ...(format && { format }) }),
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
            // A code point is one or two UTF-16 units, so counting is only needed between the bounds.
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
